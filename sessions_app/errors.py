"""The refusals of requests, calls and messages, with the sentences that people read."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from marketplace.core.errors import DomainError
from wallet.errors import WalletError


class ConsultationError(DomainError):
    sentence = _("That did not work for this consultation. Open it again to see its current state.")
    code: ClassVar[str] = "consultation"


class NoSuchConsultation(ConsultationError):
    sentence = _("There is no such consultation.")
    code = "no_such_consultation"
    http_status = 404


class TopicMissing(ConsultationError):
    sentence = _("Describe your question in a sentence, so that the consultant can decide.")
    code = "topic_missing"
    http_status = 422


class TopicTooLong(ConsultationError):
    sentence = _(
        "Your topic is {length} characters long. Keep it to {limit} and put the rest in the text or code "
        "field."
    )
    code = "topic_too_long"
    http_status = 422


class SnippetTooLong(ConsultationError):
    sentence = _(
        "Your text is {length} characters long. Keep the part that matters, up to {limit} characters."
    )
    code = "snippet_too_long"
    http_status = 422


class LinkNotUsable(ConsultationError):
    sentence = _("That link does not look like a web address. It should start with https:// or http://.")
    code = "link_not_usable"
    http_status = 422


class DraftTooLong(ConsultationError):
    sentence = _(
        "Your text is {size} kB long and we can save {limit} kB. Shorten it, or sign in and confirm your "
        "address in another tab first."
    )
    code = "draft_too_long"
    http_status = 422


class OwnConsultant(ConsultationError):
    sentence = _("This is your own profile. You cannot call yourself.")
    code = "own_consultant"


class DemoConsultant(ConsultationError):
    sentence = _(
        "{who} is part of the demo and cannot be called. Call {name} instead: sign in as {email} in a "
        "private window and go online there."
    )
    code = "demo_consultant"


class ConsultantOffline(ConsultationError):
    sentence = _("{name} is not available right now. Nothing was charged.")
    code = "consultant_offline"


class ConsultantBusy(ConsultationError):
    sentence = _("Someone else called {name} a moment ago. Nothing was charged.")
    code = "consultant_busy"


class AlreadyInConsultation(ConsultationError):
    sentence = _("You are already in a consultation. Finish or cancel that one first.")
    code = "already_in_consultation"


class PriceChanged(ConsultationError):
    sentence = _("The price changed while you were writing. Check the new price and confirm again.")
    code = "price_changed"


class SentToAnother(ConsultationError):
    sentence = _(
        "You already sent this form to {other}, so {name} was not called and nothing was held. Send it "
        "again to call {name}."
    )
    code = "sent_to_another"


class RequestOver(ConsultationError):
    sentence = _("This request is over: it was answered, was cancelled or timed out. It costs you nothing.")
    code = "request_over"


class AlreadyAccepted(RequestOver):
    sentence = _("This request was accepted a moment ago, and the call is open. You lost nothing.")


class AlreadyDeclined(RequestOver):
    sentence = _("This request was declined a moment ago. It costs you nothing.")


class AlreadyCancelled(RequestOver):
    sentence = _("This request was cancelled a moment ago. It costs you nothing.")


class RingIsOver(RequestOver):
    sentence = _("The time to answer this request is over. It costs you nothing.")


class CallOver(ConsultationError):
    sentence = _("This consultation is over. Its receipt shows what happened.")
    code = "call_over"


class ExtensionTooEarly(ConsultationError):
    sentence = ngettext_lazy(
        "You can add time in the last second. Nothing was held, and the call continues.",
        "You can add time in the last {seconds} seconds. Nothing was held, and the call continues.",
        "seconds",
    )
    code = "extension_too_early"


class ExtensionTooLate(ConsultationError):
    sentence = _(
        "The time ran out before both of you pressed Extend. Nothing more was held. Call again to continue."
    )
    code = "extension_too_late"


class ExtensionPaused(ConsultationError):
    sentence = _("The clock is paused, so you lose no time. Press again when you are both back.")
    code = "extension_paused"


class NoMoreExtensions(ConsultationError):
    sentence = ngettext_lazy(
        "A call can be extended once. You can call again when it is over.",
        "A call can be extended {limit} times. You can call again when it is over.",
        "limit",
    )
    code = "no_more_extensions"


class ExtensionNeedsCredits(WalletError):
    sentence = _(
        "You need {missing} more credits. Top up in another tab, then press Extend again. The call continues "
        "meanwhile."
    )
    code = "extension_needs_credits"
    http_status = 402
    spoken = frozenset({"missing"})


class ExtensionNotPossible(ConsultationError):
    sentence = _("The call cannot be extended right now. It continues until its end.")
    code = "extension_not_possible"


class LineMissing(ConsultationError):
    sentence = _("Your note is empty. Write a few words and send it again; the request is still ringing.")
    code = "line_missing"
    http_status = 422


class LineTooLong(ConsultationError):
    sentence = _(
        "Your note is {length} characters long. Shorten it to {limit}; the request is still ringing."
    )
    code = "line_too_long"
    http_status = 422


class UnknownReason(ConsultationError):
    sentence = _("Please choose one of the reasons shown.")
    code = "unknown_reason"
    http_status = 422


class ChatNotOpen(ConsultationError):
    sentence = _("The chat opens as soon as the request is accepted.")
    code = "chat_not_open"


class ChatClosed(ConsultationError):
    sentence = _("This consultation is over, so its chat is closed. You can read the chat on the receipt.")
    code = "chat_closed"


class MessageEmpty(ConsultationError):
    sentence = _("This message is empty. Write something, or choose a file.")
    code = "message_empty"
    http_status = 422


class MessageTooLong(ConsultationError):
    sentence = _("Your message is {length} characters long. The limit is {limit}: send it in two parts.")
    code = "message_too_long"
    http_status = 422


class MessageIdTaken(ConsultationError):
    sentence = _("A different message was already sent with this id. Please write yours again.")
    code = "message_id_taken"


class MessagesTooFast(ConsultationError):
    sentence = ngettext_lazy(
        "You are sending messages too quickly. Try again in {seconds} second.",
        "You are sending messages too quickly. Try again in {seconds} seconds.",
        "seconds",
    )
    code = "messages_too_fast"
    http_status = 429


class FileTypeRefused(ConsultationError):
    sentence = _(
        "“{name}” was not sent: its content is neither a picture (PNG, JPEG, WebP, GIF) nor a PDF. Choose "
        "another file."
    )
    code = "file_type_refused"
    http_status = 415


class FileBroken(ConsultationError):
    sentence = _(
        "“{name}” was not sent because it cannot be read. It may be damaged: open it and save it again."
    )
    code = "file_broken"
    http_status = 422


class FileTooBig(ConsultationError):
    sentence = _(
        "“{name}” was not sent because it is larger than {limit} MB. Send a smaller version, or only the "
        "page that matters."
    )
    code = "file_too_big"
    http_status = 413


class PictureTooLarge(ConsultationError):
    sentence = _(
        "“{name}” was not sent: it has {megapixels} megapixels, and the limit for this kind of picture is "
        "{limit}. Send a smaller version."
    )
    code = "picture_too_large"
    http_status = 413


class NoRoomForFiles(ConsultationError):
    sentence = ngettext_lazy(
        "“{name}” was not sent: this consultation has reached its limit of {count} file or {limit} MB in "
        "total.",
        "“{name}” was not sent: this consultation has reached its limit of {count} files or {limit} MB in "
        "total.",
        "count",
    )
    code = "no_room_for_files"
