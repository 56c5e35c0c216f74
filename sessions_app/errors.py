"""Why a request, a call or its end was refused."""

from typing import ClassVar

from marketplace.errors import DomainError


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


class RequestOver(ConsultationError):
    """This request is over: it was answered, cancelled, or its time ran out. You lose nothing."""

    code = "request_over"


class CallOver(ConsultationError):
    """This consultation is over. Its receipt shows what happened."""

    code = "call_over"


class UnknownReason(ConsultationError):
    """Please choose one of the reasons shown."""

    code = "unknown_reason"
    http_status = 422
