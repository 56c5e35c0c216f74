"""The refusals of changes to accounts and profiles."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from marketplace.core.errors import DomainError


class AccountError(DomainError):
    sentence = _("We could not change your account. Try again.")
    code: ClassVar[str] = "account"


class NotApproved(AccountError):
    sentence = _(
        "Clients cannot call you until your profile is approved. Finish it on the profile page and send it "
        "for approval."
    )
    code = "not_approved"


class EmailNotVerified(AccountError):
    sentence = _("Your e-mail address is not confirmed yet. Enter the code from our mail, then go online.")
    code = "email_not_verified"


class DemoAccountShared(AccountError):
    sentence = _(
        "Everyone shares this demo account, so its name, address and password cannot change. Sign up to get "
        "an account of your own."
    )
    code = "demo_account"
    http_status = 403


class NoRoleChosen(AccountError):
    sentence = _("Choose at least one: you need help, you give help, or both.")
    code = "no_role"
    http_status = 400


class UnknownLanguage(AccountError):
    sentence = _("We do not have this language. Choose one from the list.")
    code = "unknown_language"
    http_status = 422


class UnknownTimeZone(AccountError):
    sentence = _("We do not know that time zone. Choose one from the list, such as Europe/Oslo.")
    code = "unknown_time_zone"
    http_status = 400


class NameMissing(AccountError):
    sentence = _("Enter a name, so that people know who they are talking to.")
    code = "name_missing"
    http_status = 400


class EmailTaken(AccountError):
    sentence = _("Another account uses that e-mail address. Sign in with it, or choose another one.")
    code = "email_taken"


class CodeTooSoon(AccountError):
    sentence = ngettext_lazy(
        "We sent a code a moment ago. You can ask for a new one in {seconds} second.",
        "We sent a code a moment ago. You can ask for a new one in {seconds} seconds.",
        "seconds",
    )
    code = "code_too_soon"
    http_status = 429


class CodesUsedUp(AccountError):
    sentence = _("You have reached today’s limit for codes. You can request another one tomorrow.")
    code = "codes_used_up"
    http_status = 429


class CodeWrong(AccountError):
    sentence = ngettext_lazy(
        "That is not the code we sent. Check our newest e-mail. You have {tries} try left.",
        "That is not the code we sent. Check our newest e-mail. You have {tries} tries left.",
        "tries",
    )
    code = "code_wrong"
    http_status = 400


class CodeOver(AccountError):
    sentence = _("That code has expired. Ask for a new one and enter it within 15 minutes.")
    code = "code_over"
    http_status = 400


class TooManyTries(AccountError):
    sentence = ngettext_lazy(
        "Someone entered {tries} wrong passwords for your account. Wait {minutes} minute, or reset your "
        "password by e-mail.",
        "Someone entered {tries} wrong passwords for your account. Wait {minutes} minutes, or reset your "
        "password by e-mail.",
        "minutes",
    )
    code = "too_many_tries"
    http_status = 429


class TooManyTriesInBrowser(TooManyTries):
    sentence = ngettext_lazy(
        "You entered {tries} wrong passwords in this browser. Wait {minutes} minute, or reset your password "
        "by e-mail.",
        "You entered {tries} wrong passwords in this browser. Wait {minutes} minutes, or reset your password "
        "by e-mail.",
        "minutes",
    )


class TooManyTriesForAddress(TooManyTries):
    sentence = ngettext_lazy(
        "Someone entered {tries} wrong passwords for this e-mail address. Wait {minutes} minute, reset your "
        "password, or use a browser you used before.",
        "Someone entered {tries} wrong passwords for this e-mail address. Wait {minutes} minutes, reset your "
        "password, or use a browser you used before.",
        "minutes",
    )


class TooManyTriesFromNetwork(TooManyTries):
    sentence = ngettext_lazy(
        "Someone on your network failed to sign in {tries} times. Wait {minutes} minute, reset your "
        "password, or use a browser you used before.",
        "Someone on your network failed to sign in {tries} times. Wait {minutes} minutes, reset your "
        "password, or use a browser you used before.",
        "minutes",
    )


class PasswordWrong(AccountError):
    sentence = _("That is not your password. Enter the one you sign in with.")
    code = "password_wrong"
    http_status = 400


class PasswordMovedOn(AccountError):
    sentence = _(
        "The password was changed elsewhere a moment ago, so we did not save yours. Sign in again, then "
        "change it if needed."
    )
    code = "password_moved_on"


class WayBackOver(AccountError):
    sentence = ngettext_lazy(
        "This link has already been used, or it is older than {days} day.",
        "This link has already been used, or it is older than {days} days.",
        "days",
    )
    code = "way_back_over"
    http_status = 410


class WayBackTaken(AccountError):
    sentence = _("Another account uses this address now, so the link cannot restore it. Write to us.")
    code = "way_back_taken"


class NotAConsultant(AccountError):
    sentence = _(
        "Your account is set to “I need help” only. Switch to “I give help” or “Both” first: it takes one "
        "click."
    )
    code = "not_a_consultant"
    http_status = 403


class HandleTaken(AccountError):
    sentence = _("Another consultant has the address “{handle}”, or had it before. Choose a different one.")
    code = "handle_taken"


class HandleReserved(AccountError):
    sentence = _("The address “{handle}” is reserved for the site. Choose a different one.")
    code = "handle_reserved"


class HandleWrong(AccountError):
    sentence = _(
        "Use 3 to 40 characters: letters a-z, digits and single hyphens. Start and end with a letter or "
        "digit."
    )
    code = "handle_wrong"
    http_status = 400


class ProfileIncomplete(AccountError):
    sentence = _("Your profile is not complete yet. Still missing: {missing}.")
    code = "profile_incomplete"


class ProfileMovedOn(AccountError):
    sentence = _(
        "The profile’s status is now “{status}”, so this is no longer possible. Reload the page to see the "
        "next step."
    )
    code = "profile_moved_on"


class NoteMissing(AccountError):
    sentence = _("Write in the note what to change, so that the consultant knows what to do.")
    code = "note_missing"
    http_status = 400


class MailNotSent(AccountError):
    sentence = _("We could not send the e-mail just now. Nothing is lost: ask for a new code in a minute.")
    code = "mail_not_sent"
    http_status = 503


class EndNotUsable(AccountError):
    sentence = ngettext_lazy(
        "That end time is not valid. Enter a time such as 16:30 or minutes such as 45, at most {hours} hour "
        "ahead.",
        "That end time is not valid. Enter a time such as 16:30 or minutes such as 45, at most {hours} hours "
        "ahead.",
        "hours",
    )
    code = "end_not_usable"
    http_status = 422


class HoursOver(AccountError):
    sentence = _("Your usual hours for today are over, or you have not set any. Choose another end time.")
    code = "hours_over"


class SwitchIsOff(AccountError):
    sentence = _("You are offline, so there is no end time to change. Press Go online first.")
    code = "switch_is_off"


class SwitchKeptOff(AccountError):
    sentence = ngettext_lazy(
        "You missed {misses} call in a row, so you cannot go online before {time}. Try the test ring on "
        "your desk.",
        "You missed {misses} calls in a row, so you cannot go online before {time}. Try the test ring on "
        "your desk.",
        "misses",
    )
    code = "switch_kept_off"


class NothingToPause(AccountError):
    sentence = _("You cannot be called right now, so there is nothing to pause.")
    code = "nothing_to_pause"


class PauseUnknown(AccountError):
    sentence = _("Choose one of the two pause lengths below the switch.")
    code = "pause_unknown"
    http_status = 422


class RightMissing(AccountError):
    sentence = _(
        "Your account does not have the right to do that. Ask a superuser for it, or ask a colleague who has "
        "it."
    )
    code = "right_missing"
    http_status = 403


class AboutYourself(AccountError):
    sentence = _("You cannot decide about your own account or profile. Ask a colleague to do it.")
    code = "about_yourself"
    http_status = 403


class SuperuserNeeded(AccountError):
    sentence = _("Only a superuser may block or unblock a superuser’s account. Ask one of them.")
    code = "superuser_needed"
    http_status = 403
