"""Why a request, a call or its end was refused."""

from typing import ClassVar

from marketplace.errors import DomainError
from wallet.errors import WalletError


class ConsultationError(DomainError):
    """That did not work with this consultation. Open it again to see where it stands."""

    code: ClassVar[str] = "consultation"


class NoSuchConsultation(ConsultationError):
    """There is no such consultation."""

    code = "no_such_consultation"
    http_status = 404


class TopicMissing(ConsultationError):
    """Please say in a sentence what it is about, so that the consultant can decide."""

    code = "topic_missing"
    http_status = 422


class TopicTooLong(ConsultationError):
    """The topic is {length} characters long; {limit} fit. Put the rest into the field for text or code."""

    code = "topic_too_long"
    http_status = 422


class SnippetTooLong(ConsultationError):
    """The text is {length} characters long; {limit} fit. Keep the part that matters."""

    code = "snippet_too_long"
    http_status = 422


class LinkNotUsable(ConsultationError):
    """That link does not look like a web address. It should start with https:// or http://."""

    code = "link_not_usable"
    http_status = 422


class DraftTooLong(ConsultationError):
    """What you wrote is {size} kB long; {limit} kB can be kept until you are signed in and confirmed. Make it
    shorter, or sign in in another tab first and then press the button here again."""

    code = "draft_too_long"
    http_status = 422


class OwnConsultant(ConsultationError):
    """This is your own profile. You cannot call yourself."""

    code = "own_consultant"


class DemoConsultant(ConsultationError):
    """{who} is part of the demo and never rings. {name} can really be called: sign in as
    {email} in a private window and go online there."""

    code = "demo_consultant"


class ConsultantOffline(ConsultationError):
    """{name} is not free to be called at the moment. Nothing was charged."""

    code = "consultant_offline"


class ConsultantBusy(ConsultationError):
    """{name} was called by somebody else a moment ago. Nothing was charged."""

    code = "consultant_busy"


class AlreadyInConsultation(ConsultationError):
    """You are already in a consultation. Finish or cancel that one first."""

    code = "already_in_consultation"


class PriceChanged(ConsultationError):
    """The price changed while you were writing. Please look at the new price and confirm again."""

    code = "price_changed"


class SentToAnother(ConsultationError):
    """This form was sent to {other} before, so {name} was not called and nothing was held. Send it once more
    to call {name}."""

    code = "sent_to_another"


class RequestOver(ConsultationError):
    """This request is over: it was answered, cancelled, or its time ran out. You lose nothing."""

    code = "request_over"


class AlreadyAccepted(RequestOver):
    """This request was accepted a moment ago, and the call is open. You lose nothing."""


class AlreadyDeclined(RequestOver):
    """This request was declined a moment ago. You lose nothing."""


class AlreadyCancelled(RequestOver):
    """This request was cancelled a moment ago. You lose nothing."""


class RingIsOver(RequestOver):
    """The time to answer this request is over. You lose nothing."""


class CallOver(ConsultationError):
    """This consultation is over. Its receipt shows what happened."""

    code = "call_over"


class ExtensionTooEarly(ConsultationError):
    """Time can be added in the last {seconds} seconds. Nothing was held, and the call goes on."""

    code = "extension_too_early"


class ExtensionTooLate(ConsultationError):
    """The time was up before both of you had pressed. Nothing more was held. Call again to go on."""

    code = "extension_too_late"


class ExtensionPaused(ConsultationError):
    """The clock stands still. Press again when you are both back: no second is lost meanwhile."""

    code = "extension_paused"


class NoMoreExtensions(ConsultationError):
    """A call can be extended {limit} times. When it is over, you can call again."""

    code = "no_more_extensions"


class ExtensionNeedsCredits(WalletError):
    """{missing} credits are missing for that. Top up in another tab, then press Extend again;
    the call goes on meanwhile."""

    code = "extension_needs_credits"
    http_status = 402
    spoken = frozenset({"missing"})


class ExtensionNotPossible(ConsultationError):
    """More time was not possible just now. The call goes on until its end."""

    code = "extension_not_possible"


class LineMissing(ConsultationError):
    """There is nothing in this line yet. Write it and send it again; it is still ringing."""

    code = "line_missing"
    http_status = 422


class LineTooLong(ConsultationError):
    """This line is {length} characters long; {limit} fit. Make it shorter; it is still ringing."""

    code = "line_too_long"
    http_status = 422


class UnknownReason(ConsultationError):
    """Please choose one of the reasons shown."""

    code = "unknown_reason"
    http_status = 422


class ChatNotOpen(ConsultationError):
    """You two can write to each other as soon as the request is accepted."""

    code = "chat_not_open"


class ChatClosed(ConsultationError):
    """This consultation is over, so nothing more can be written. What you two wrote is on its receipt."""

    code = "chat_closed"


class MessageEmpty(ConsultationError):
    """There is nothing in this message. Write something, or choose a file."""

    code = "message_empty"
    http_status = 422


class MessageTooLong(ConsultationError):
    """This message is {length} characters long; {limit} fit. Send it in two parts."""

    code = "message_too_long"
    http_status = 422


class MessageIdTaken(ConsultationError):
    """A message with this id was sent before with other words. Please write it once more."""

    code = "message_id_taken"


class MessagesTooFast(ConsultationError):
    """That was very much in a short time. It is possible again in {seconds} seconds."""

    code = "messages_too_fast"
    http_status = 429


class FileTypeRefused(ConsultationError):
    """“{name}” was not sent: only pictures (PNG, JPEG, WebP, GIF) and PDF files can be given here, and its
    content is none of them."""

    code = "file_type_refused"
    http_status = 415


class FileBroken(ConsultationError):
    """“{name}” was not sent: it cannot be read, so it may be damaged. Open it and save it once more."""

    code = "file_broken"
    http_status = 422


class FileTooBig(ConsultationError):
    """“{name}” was not sent: it is larger than {limit} MB. Send a smaller version, or only the page that
    matters."""

    code = "file_too_big"
    http_status = 413


class PictureTooLarge(ConsultationError):
    """“{name}” was not sent: it has {megapixels} megapixels; {limit} is the most for this kind of picture.
    Send a smaller version of it."""

    code = "picture_too_large"
    http_status = 413


class NoRoomForFiles(ConsultationError):
    """“{name}” was not sent: one consultation holds {count} files and {limit} MB in all, and that is
    reached."""

    code = "no_room_for_files"
