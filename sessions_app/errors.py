"""Why a request, a call or its end was refused."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from marketplace.errors import DomainError
from wallet.errors import WalletError


class ConsultationError(DomainError):
    sentence = _("That did not work with this consultation. Open it again to see where it stands.")
    code: ClassVar[str] = "consultation"


class NoSuchConsultation(ConsultationError):
    sentence = _("There is no such consultation.")
    code = "no_such_consultation"
    http_status = 404


class TopicMissing(ConsultationError):
    sentence = _("Please say in a sentence what it is about, so that the consultant can decide.")
    code = "topic_missing"
    http_status = 422


class TopicTooLong(ConsultationError):
    sentence = _(
        "The topic is {length} characters long; {limit} fit. Put the rest into the field for text or code."
    )
    code = "topic_too_long"
    http_status = 422


class SnippetTooLong(ConsultationError):
    sentence = _("The text is {length} characters long; {limit} fit. Keep the part that matters.")
    code = "snippet_too_long"
    http_status = 422


class LinkNotUsable(ConsultationError):
    sentence = _("That link does not look like a web address. It should start with https:// or http://.")
    code = "link_not_usable"
    http_status = 422


class DraftTooLong(ConsultationError):
    sentence = _(
        "What you wrote is {size} kB long; {limit} kB can be kept until you are signed in and confirmed. "
        "Make it shorter, or sign in in another tab first and then press the button here again."
    )
    code = "draft_too_long"
    http_status = 422


class OwnConsultant(ConsultationError):
    sentence = _("This is your own profile. You cannot call yourself.")
    code = "own_consultant"


class DemoConsultant(ConsultationError):
    sentence = _(
        "{who} is part of the demo and never rings. {name} can really be called: sign in as {email} in a "
        "private window and go online there."
    )
    code = "demo_consultant"


class ConsultantOffline(ConsultationError):
    sentence = _("{name} is not free to be called at the moment. Nothing was charged.")
    code = "consultant_offline"


class ConsultantBusy(ConsultationError):
    sentence = _("{name} was called by somebody else a moment ago. Nothing was charged.")
    code = "consultant_busy"


class AlreadyInConsultation(ConsultationError):
    sentence = _("You are already in a consultation. Finish or cancel that one first.")
    code = "already_in_consultation"


class PriceChanged(ConsultationError):
    sentence = _("The price changed while you were writing. Please look at the new price and confirm again.")
    code = "price_changed"


class SentToAnother(ConsultationError):
    sentence = _(
        "This form was sent to {other} before, so {name} was not called and nothing was held. Send it "
        "once more to call {name}."
    )
    code = "sent_to_another"


class RequestOver(ConsultationError):
    sentence = _("This request is over: it was answered, cancelled, or its time ran out. You lose nothing.")
    code = "request_over"


class AlreadyAccepted(RequestOver):
    sentence = _("This request was accepted a moment ago, and the call is open. You lose nothing.")


class AlreadyDeclined(RequestOver):
    sentence = _("This request was declined a moment ago. You lose nothing.")


class AlreadyCancelled(RequestOver):
    sentence = _("This request was cancelled a moment ago. You lose nothing.")


class RingIsOver(RequestOver):
    sentence = _("The time to answer this request is over. You lose nothing.")


class CallOver(ConsultationError):
    sentence = _("This consultation is over. Its receipt shows what happened.")
    code = "call_over"


class ExtensionTooEarly(ConsultationError):
    sentence = _("Time can be added in the last {seconds} seconds. Nothing was held, and the call goes on.")
    code = "extension_too_early"


class ExtensionTooLate(ConsultationError):
    sentence = _(
        "The time was up before both of you had pressed. Nothing more was held. Call again to go on."
    )
    code = "extension_too_late"


class ExtensionPaused(ConsultationError):
    sentence = _("The clock stands still. Press again when you are both back: no second is lost meanwhile.")
    code = "extension_paused"


class NoMoreExtensions(ConsultationError):
    sentence = _("A call can be extended {limit} times. When it is over, you can call again.")
    code = "no_more_extensions"


class ExtensionNeedsCredits(WalletError):
    sentence = _(
        "{missing} credits are missing for that. Top up in another tab, then press Extend again; the call "
        "goes on meanwhile."
    )
    code = "extension_needs_credits"
    http_status = 402
    spoken = frozenset({"missing"})


class ExtensionNotPossible(ConsultationError):
    sentence = _("More time was not possible just now. The call goes on until its end.")
    code = "extension_not_possible"


class LineMissing(ConsultationError):
    sentence = _("There is nothing in this line yet. Write it and send it again; it is still ringing.")
    code = "line_missing"
    http_status = 422


class LineTooLong(ConsultationError):
    sentence = _("This line is {length} characters long; {limit} fit. Make it shorter; it is still ringing.")
    code = "line_too_long"
    http_status = 422


class UnknownReason(ConsultationError):
    sentence = _("Please choose one of the reasons shown.")
    code = "unknown_reason"
    http_status = 422


class ChatNotOpen(ConsultationError):
    sentence = _("You two can write to each other as soon as the request is accepted.")
    code = "chat_not_open"


class ChatClosed(ConsultationError):
    sentence = _(
        "This consultation is over, so nothing more can be written. What you two wrote is on its receipt."
    )
    code = "chat_closed"


class MessageEmpty(ConsultationError):
    sentence = _("There is nothing in this message. Write something, or choose a file.")
    code = "message_empty"
    http_status = 422


class MessageTooLong(ConsultationError):
    sentence = _("This message is {length} characters long; {limit} fit. Send it in two parts.")
    code = "message_too_long"
    http_status = 422


class MessageIdTaken(ConsultationError):
    sentence = _("A message with this id was sent before with other words. Please write it once more.")
    code = "message_id_taken"


class MessagesTooFast(ConsultationError):
    sentence = _("That was very much in a short time. It is possible again in {seconds} seconds.")
    code = "messages_too_fast"
    http_status = 429


class FileTypeRefused(ConsultationError):
    sentence = _(
        "“{name}” was not sent: only pictures (PNG, JPEG, WebP, GIF) and PDF files can be given here, and "
        "its content is none of them."
    )
    code = "file_type_refused"
    http_status = 415


class FileBroken(ConsultationError):
    sentence = _(
        "“{name}” was not sent: it cannot be read, so it may be damaged. Open it and save it once more."
    )
    code = "file_broken"
    http_status = 422


class FileTooBig(ConsultationError):
    sentence = _(
        "“{name}” was not sent: it is larger than {limit} MB. Send a smaller version, or only the page "
        "that matters."
    )
    code = "file_too_big"
    http_status = 413


class PictureTooLarge(ConsultationError):
    sentence = _(
        "“{name}” was not sent: it has {megapixels} megapixels; {limit} is the most for this kind of "
        "picture. Send a smaller version of it."
    )
    code = "picture_too_large"
    http_status = 413


class NoRoomForFiles(ConsultationError):
    sentence = _(
        "“{name}” was not sent: one consultation holds {count} files and {limit} MB in all, and that is "
        "reached."
    )
    code = "no_room_for_files"
