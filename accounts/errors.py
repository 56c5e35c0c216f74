"""Why an account or a profile was refused."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplace.errors import DomainError


class AccountError(DomainError):
    sentence = _("That change to the account did not work.")
    code: ClassVar[str] = "account"


class NotApproved(AccountError):
    sentence = _(
        "Your profile is not approved yet, so clients cannot call you. Finish it and send it for approval "
        "on the profile page."
    )
    code = "not_approved"


class EmailNotVerified(AccountError):
    sentence = _("Your e-mail address is not confirmed yet. Enter the code from our mail, then go online.")
    code = "email_not_verified"


class DemoAccountShared(AccountError):
    sentence = _(
        "This demo account is shared by everybody who tries the site, so its password, address and name "
        "stay as they are. Sign up with an address of your own to change them."
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
    sentence = _("Please give a name, so that people know whom they talk to.")
    code = "name_missing"
    http_status = 400


class EmailTaken(AccountError):
    sentence = _("Another account uses that e-mail address. Sign in with it, or choose another one.")
    code = "email_taken"


class CodeTooSoon(AccountError):
    sentence = _("We sent a code a moment ago. You can ask for a new one in {seconds} seconds.")
    code = "code_too_soon"
    http_status = 429


class CodesUsedUp(AccountError):
    sentence = _("We have sent you many codes today, so we stop here. Ask for the next one tomorrow.")
    code = "codes_used_up"
    http_status = 429


class CodeWrong(AccountError):
    sentence = _("That is not the code we sent. Look at the newest mail; you have {tries} left.")
    code = "code_wrong"
    http_status = 400


class CodeOver(AccountError):
    sentence = _("That code is not valid any more. Ask for a new one and enter it within 15 minutes.")
    code = "code_over"
    http_status = 400


class TooManyTries(AccountError):
    sentence = _(
        "There were {tries} wrong passwords for your account. Wait {minutes}, or choose a new password by "
        "mail."
    )
    code = "too_many_tries"
    http_status = 429


class TooManyTriesInBrowser(TooManyTries):
    sentence = _(
        "Those were {tries} wrong passwords in this browser. Wait {minutes}, or choose a new password by "
        "mail."
    )


class TooManyTriesForAddress(TooManyTries):
    sentence = _(
        "There were {tries} wrong passwords for this e-mail address, perhaps typed by somebody else. Wait "
        "{minutes}, sign in with a browser that you used before, or choose a new password by mail."
    )


class TooManyTriesFromNetwork(TooManyTries):
    sentence = _(
        "There were {tries} wrong sign-ins from your network, perhaps by somebody else. Wait {minutes}, "
        "sign in with a browser that you used before, or choose a new password by mail."
    )


class PasswordWrong(AccountError):
    sentence = _("That is not your password. Type the one that you sign in with.")
    code = "password_wrong"
    http_status = 400


class PasswordMovedOn(AccountError):
    sentence = _(
        "The password of this account changed a moment ago, so this change was not made. Sign in again, "
        "then change it if you still want to."
    )
    code = "password_moved_on"


class WayBackOver(AccountError):
    sentence = _("This link was used already, or it is older than {days} days.")
    code = "way_back_over"
    http_status = 410


class WayBackTaken(AccountError):
    sentence = _("Another account has this address now, so the link cannot bring it back. Write to us.")
    code = "way_back_taken"


class NotAConsultant(AccountError):
    sentence = _(
        'Your account is set to "I need help" only. Switch to "I give help" or "Both" first; it is one click.'
    )
    code = "not_a_consultant"
    http_status = 403


class HandleTaken(AccountError):
    sentence = _('Somebody else has the address "{handle}", or had it before. Choose another one.')
    code = "handle_taken"


class HandleReserved(AccountError):
    sentence = _('The address "{handle}" is kept for the site itself. Choose another one.')
    code = "handle_reserved"


class HandleWrong(AccountError):
    sentence = _(
        "An address has 3 to 40 letters a-z, digits and single hyphens, and begins and ends with a letter "
        "or digit."
    )
    code = "handle_wrong"
    http_status = 400


class ProfileIncomplete(AccountError):
    sentence = _("Your profile is not ready to be sent. Still missing: {missing}.")
    code = "profile_incomplete"


class ProfileMovedOn(AccountError):
    sentence = _(
        "The profile is {status} now, so this step does not fit any more. Reload the page to see where it "
        "stands."
    )
    code = "profile_moved_on"


class NoteMissing(AccountError):
    sentence = _("Say in the note what should change, so that the consultant knows what to do.")
    code = "note_missing"
    http_status = 400


class MailNotSent(AccountError):
    sentence = _("The mail could not be sent just now. Nothing is lost: ask for a new code in a minute.")
    code = "mail_not_sent"
    http_status = 503


class EndNotUsable(AccountError):
    sentence = _(
        "We cannot read that as an end. Give a time of day later than now, such as 16:30, or minutes, "
        "such as 45; at most {hours} hours ahead."
    )
    code = "end_not_usable"
    http_status = 422


class HoursOver(AccountError):
    sentence = _("Your usual hours of today are over, or you have named none. Choose another end.")
    code = "hours_over"


class SwitchIsOff(AccountError):
    sentence = _("You are offline already, so there is no end to change. Press Go online first.")
    code = "switch_is_off"


class SwitchKeptOff(AccountError):
    sentence = _(
        "You missed {misses} calls in a row, so you cannot go online before {time}. Until then, try "
        "whether you hear the test ring on your desk."
    )
    code = "switch_kept_off"


class NothingToPause(AccountError):
    sentence = _("You cannot be called right now, so there is nothing to pause.")
    code = "nothing_to_pause"


class PauseUnknown(AccountError):
    sentence = _("That is no length of a pause that we have. Use the buttons below the switch.")
    code = "pause_unknown"
    http_status = 422


class RightMissing(AccountError):
    sentence = _(
        "Your account has no right to do that. Ask a superuser for the right, or a colleague who has it."
    )
    code = "right_missing"
    http_status = 403


class AboutYourself(AccountError):
    sentence = _("Nobody decides about their own account or profile. Ask a colleague to do it.")
    code = "about_yourself"
    http_status = 403


class SuperuserNeeded(AccountError):
    sentence = _(
        "This is the account of a superuser, and only a superuser may block or unblock it. Ask one of them."
    )
    code = "superuser_needed"
    http_status = 403
