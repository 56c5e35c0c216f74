"""The sentences of a receipt for each of the two people: how the call ended, and which rule made the bill.

The rules are those of docs/decisions/0007.
"""

from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from marketplace.core import rules
from marketplace.core.bidi import isolated
from marketplace.core.words import minutes
from sessions_app.models import CLIENT, Consultation
from sessions_app.states import EndReason, State

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# Each pair holds what the client reads, and what the consultant reads. {client} and {consultant} are first
# names, {least} is the shortest bill.
Words = tuple["StrOrPromise", "StrOrPromise"]

DECLINED_BECAUSE: dict[str, "StrOrPromise"] = {
    "busy": _("{consultant} is busy with something else right now."),
    "not_my_subject": _("{consultant} says this is not their subject and someone else can help you better."),
    "needs_longer": _("{consultant} thinks this needs longer than a quarter of an hour."),
    "other": _("{consultant} cannot take this request."),
}
DECLINED_BY_YOU = _("You declined this request.")
CANCELLED = _("The call was cancelled before it began.")
UNANSWERED: Words = (_("{consultant} did not answer in time."), _("You did not answer in time."))
SET_AWAY_TOO: Words = (
    _("{consultant} did not answer in time and was set to Away."),
    _("You did not answer in time and were set to Away. See your desk for how to go back online."),
)
ABSENT: dict[EndReason, Words] = {
    EndReason.CLIENT_ABSENT: (_("You did not reach the room."), _("{client} did not reach the room.")),
    EndReason.CONSULTANT_ABSENT: (
        _("{consultant} did not reach the room."),
        _("You did not reach the room."),
    ),
    EndReason.BOTH_ABSENT: (_("Neither of you reached the room."), _("Neither of you reached the room.")),
}
NO_PATH_FOUND = _(
    "You were both in the room, but no path between your networks could be found. Next time, you can use "
    "Continue in text."
)
# The absent side did join the room, but did not stay until the other one joined.
WENT: dict[EndReason, Words] = {
    EndReason.CLIENT_ABSENT: (_("You did not stay in the room."), _("{client} did not stay in the room.")),
    EndReason.CONSULTANT_ABSENT: (
        _("{consultant} did not stay in the room."),
        _("You did not stay in the room."),
    ),
    EndReason.BOTH_ABSENT: (_("Neither of you stayed in the room."), _("Neither of you stayed in the room.")),
}
TOO_LATE: dict[EndReason, Words] = {
    EndReason.CLIENT_ABSENT: (_("You joined the room too late."), _("{client} joined the room too late.")),
    EndReason.CONSULTANT_ABSENT: (
        _("{consultant} joined the room too late."),
        _("You joined the room too late."),
    ),
}
HOW_IT_ENDED: dict[EndReason, Words] = {
    EndReason.CLIENT_ENDED: (_("You ended the call."), _("{client} ended the call.")),
    EndReason.CONSULTANT_ENDED: (_("{consultant} ended the call."), _("You ended the call.")),
    EndReason.CLIENT_LEFT: (_("You left and did not return."), _("{client} left and did not return.")),
    EndReason.CONSULTANT_LEFT: (
        _("{consultant} left and did not return."),
        _("You left and did not return."),
    ),
    EndReason.CLIENT_LOST: (
        _("You lost connection and did not return."),
        _("{client} lost connection and did not return."),
    ),
    EndReason.CONSULTANT_LOST: (
        _("{consultant} lost connection and did not return."),
        _("You lost connection and did not return."),
    ),
    EndReason.BOTH_LOST: (_("Both connections were lost."), _("Both connections were lost.")),
    EndReason.NO_PATH: (
        _("You and {consultant} lost contact and could not reconnect."),
        _("You and {client} lost contact and could not reconnect."),
    ),
    EndReason.SERVER_LOST: (_("Our server was down."), _("Our server was down.")),
    EndReason.STAFF_ENDED: (_("Our staff ended the call."), _("Our staff ended the call.")),
    EndReason.TIME_UP: (_("The time was up."), _("The time was up.")),
}
# {at}: how far the call had come, {length}: how long the clock was stopped, both as "4:12".
PAUSED_BY: dict[EndReason, Words] = {
    EndReason.CLIENT_LEFT: (
        _("The clock stopped at {at} for {length} because you had left."),
        _("The clock stopped at {at} for {length} because {client} had left."),
    ),
    EndReason.CONSULTANT_LEFT: (
        _("The clock stopped at {at} for {length} because {consultant} had left."),
        _("The clock stopped at {at} for {length} because you had left."),
    ),
    EndReason.CLIENT_LOST: (
        _("The clock stopped at {at} for {length} because you had lost connection."),
        _("The clock stopped at {at} for {length} because {client} had lost connection."),
    ),
    EndReason.CONSULTANT_LOST: (
        _("The clock stopped at {at} for {length} because {consultant} had lost connection."),
        _("The clock stopped at {at} for {length} because you had lost connection."),
    ),
    EndReason.BOTH_LOST: (
        _("The clock stopped at {at} for {length} because both connections were lost."),
        _("The clock stopped at {at} for {length} because both connections were lost."),
    ),
    EndReason.NO_PATH: (
        _("The clock stopped at {at} for {length} because you and {consultant} had lost contact."),
        _("The clock stopped at {at} for {length} because you and {client} had lost contact."),
    ),
    EndReason.SERVER_LOST: (
        _("The clock stopped at {at} for {length} because our server was down."),
        _("The clock stopped at {at} for {length} because our server was down."),
    ),
}
PAUSED: Words = (
    _("The clock stopped at {at} for {length} because the connection was lost."),
    _("The clock stopped at {at} for {length} because the connection was lost."),
)

# The rule behind the bill of a call that was live for one to three minutes.
SHORT: dict[EndReason, Words] = {
    EndReason.CLIENT_ENDED: (
        _("You ended the call before {least}, so it is billed as {least}."),
        _("{client} ended the call before {least}, so it is billed as {least}."),
    ),
    EndReason.CLIENT_LEFT: (
        _("You left before {least} and did not return, so the call is billed as {least}."),
        _("{client} left before {least} and did not return, so the call is billed as {least}."),
    ),
    EndReason.CONSULTANT_ENDED: (
        _("{consultant} ended the call before {least}, so it is free."),
        _("You ended the call before {least}, so it is free for {client}."),
    ),
    EndReason.CONSULTANT_LEFT: (
        _("{consultant} left before {least} and did not return, so the call is free."),
        _("You left before {least} and did not return, so the call is free for {client}."),
    ),
    EndReason.CONSULTANT_LOST: (
        _("{consultant}’s connection was lost before {least}, so the call is free."),
        _("Your connection was lost before {least}, so the call is free for {client}."),
    ),
    EndReason.BOTH_LOST: (
        _("Both connections were lost before {least}, so the call is free."),
        _("Both connections were lost before {least}, so the call is free for {client}."),
    ),
    EndReason.SERVER_LOST: (
        _("Our server was down before {least}. That is our fault, so the call is free."),
        _("Our server was down before {least}. That is our fault, and the call is free for {client}. Sorry."),
    ),
    EndReason.STAFF_ENDED: (
        _("Our staff ended the call before {least}, so it is free."),
        _("Our staff ended the call before {least}, so it is free for {client}."),
    ),
    EndReason.CLIENT_LOST: (
        _("Your connection was lost before {least}. Such a call is free once in {days} days."),
        _(
            "{client}’s connection was lost before {least}. Such a call is free for a client once in {days} "
            "days."
        ),
    ),
    EndReason.NO_PATH: (
        _(
            "You and {consultant} lost contact before {least}. One such call in {days} days is free, and so "
            "is this one."
        ),
        _(
            "You and {client} lost contact before {least}. One such call in {days} days is free, and so is "
            "this one."
        ),
    ),
}
# The same two ends after the client has used the one free call of these days.
USED: dict[EndReason, Words] = {
    EndReason.CLIENT_LOST: (
        _(
            "Your connection was lost before {least}. One such call in {days} days is free. This is not the "
            "first, so it is billed as {least}."
        ),
        _(
            "{client}’s connection was lost before {least}. One such call in {days} days is free. This is "
            "not the first, so it is billed as {least}."
        ),
    ),
    EndReason.NO_PATH: (
        _(
            "You and {consultant} lost contact before {least}. One such call in {days} days is free. This is"
            " not the first, so it is billed as {least}."
        ),
        _(
            "You and {client} lost contact before {least}. One such call in {days} days is free. This is not"
            " the first, so it is billed as {least}."
        ),
    ),
}
TOO_SHORT: Words = (
    _("A call under {free} is free."),
    _("A call under {free} is free, so you are not paid for it."),
)
NOT_BEGUN: Words = (
    _("Nothing is charged for a call that did not begin."),
    _("Nothing is charged or paid for a call that did not begin."),
)
EVERY_SECOND: Words = (
    _("You pay only for the seconds in which you were both connected."),
    _("You are paid for every second in which you were both connected."),
)


def sentence_for(*, words: Words, consultation: Consultation, role: str, **more: object) -> str:
    """The sentence for this person, with the first name of the other; `more` fills what else it names."""
    sentence = words[0 if role == CLIENT else 1]
    names = {
        "client": isolated(consultation.client.first_name),
        "consultant": isolated(consultation.consultant.first_name),
    }
    return format_html(str(sentence), **names, **more)


def rule_of(*, consultation: Consultation, role: str) -> str:
    """The sentence that tells this person which rule made the bill."""
    return sentence_for(
        words=_rule(consultation),
        consultation=consultation,
        role=role,
        least=minutes(consultation.minimum_bill_seconds),
        free=minutes(consultation.free_below_seconds),
        days=rules.CLIENT_LOST_FREE_DAYS,
    )


def _rule(talk: Consultation) -> Words:
    if talk.state != State.ENDED:
        return NOT_BEGUN
    reason = EndReason(talk.end_reason)
    if talk.joint_seconds < talk.free_below_seconds:
        return TOO_SHORT
    if talk.joint_seconds >= talk.minimum_bill_seconds or reason not in SHORT:
        return EVERY_SECOND
    return USED[reason] if reason in USED and talk.billable_seconds else SHORT[reason]
