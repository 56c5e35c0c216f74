"""Which rule made the bill, told to each of the two in plain words (docs/decisions/0007)."""

from marketplace import rules
from marketplace.core.words import minutes
from sessions_app.models import CLIENT, Consultation
from sessions_app.states import EndReason, State

ONE_IS_FREE = "One such call in {days} days is free, and so is this one."
NOT_THE_FIRST = "One such call in {days} days is free. This is not the first, so it counts as {least}."
# Why a call that was live for one to three minutes counts as it does: what the client reads, what the
# consultant reads. {client} and {consultant} are first names, {least} is the shortest bill.
SHORT: dict[EndReason, tuple[str, str]] = {
    EndReason.CLIENT_ENDED: (
        "You ended the call before {least}, so it counts as {least}.",
        "{client} ended the call before {least}, so it counts as {least}.",
    ),
    EndReason.CLIENT_LEFT: (
        "You left before {least} and did not return, so it counts as {least}.",
        "{client} left before {least} and did not return, so it counts as {least}.",
    ),
    EndReason.CONSULTANT_ENDED: (
        "{consultant} ended the call before {least}, so it is free.",
        "You ended the call before {least}, so it is free for {client}.",
    ),
    EndReason.CONSULTANT_LEFT: (
        "{consultant} left before {least} and did not return, so it is free.",
        "You left before {least} and did not return, so it is free for {client}.",
    ),
    EndReason.CONSULTANT_LOST: (
        "{consultant}’s connection was lost before {least}, so it is free.",
        "Your connection was lost before {least}, so it is free for {client}.",
    ),
    EndReason.BOTH_LOST: (
        "Both connections were lost before {least}, so it is free.",
        "Both connections were lost before {least}, so it is free for {client}.",
    ),
    EndReason.SERVER_LOST: (
        "Our server was away before {least}. That is our fault, so it is free.",
        "Our server was away before {least}. That is our fault, and the call is free for {client}. Sorry.",
    ),
    EndReason.STAFF_ENDED: (
        "Our staff ended the call before {least}, so it is free.",
        "Our staff ended the call before {least}, so it is free for {client}.",
    ),
    EndReason.CLIENT_LOST: (
        "Your connection was lost before {least}. Once in {days} days that is free.",
        "{client}’s connection was lost before {least}. Once in {days} days that is free for a client.",
    ),
    EndReason.NO_PATH: (
        "You and {consultant} lost contact before {least}. " + ONE_IS_FREE,
        "You and {client} lost contact before {least}. " + ONE_IS_FREE,
    ),
}
# The same two when the free call of these days is used, by either of them.
USED: dict[EndReason, tuple[str, str]] = {
    EndReason.CLIENT_LOST: (
        "Your connection was lost before {least}. " + NOT_THE_FIRST,
        "{client}’s connection was lost before {least}. " + NOT_THE_FIRST,
    ),
    EndReason.NO_PATH: (
        "You and {consultant} lost contact before {least}. " + NOT_THE_FIRST,
        "You and {client} lost contact before {least}. " + NOT_THE_FIRST,
    ),
}
TOO_SHORT = (
    "A call under {free} is free.",
    "A call under {free} is free, so it pays nothing.",
)
NOT_BEGUN = (
    "Nothing is charged for a call that did not begin.",
    "Nothing is charged or paid for a call that did not begin.",
)
EVERY_SECOND = "Every second that you were both connected counts, and no other."


def rule_of(*, consultation: Consultation, role: str) -> str:
    """The sentence for this person."""
    words = _words(consultation)[0 if role == CLIENT else 1]
    return words.format(
        client=consultation.client.first_name,
        consultant=consultation.consultant.first_name,
        least=minutes(consultation.minimum_bill_seconds),
        free=minutes(consultation.free_below_seconds),
        days=rules.CLIENT_LOST_FREE_DAYS,
    )


def _words(talk: Consultation) -> tuple[str, str]:
    if talk.state != State.ENDED:
        return NOT_BEGUN
    reason = EndReason(talk.end_reason)
    if talk.joint_seconds < talk.free_below_seconds:
        return TOO_SHORT
    if talk.joint_seconds >= talk.minimum_bill_seconds or reason not in SHORT:
        return EVERY_SECOND, EVERY_SECOND
    return USED[reason] if reason in USED and talk.billable_seconds else SHORT[reason]
