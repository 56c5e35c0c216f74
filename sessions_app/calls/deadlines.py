"""The moves of the deadlines, which happen without a press; any number of loops may run them.

All raise ConsultationError (or a subclass) when the deadline is not due or somebody was faster.
"""

import uuid

from django.db import transaction

from sessions_app.calls.absence import absence, interrupt, outage_over, side_lost
from sessions_app.calls.intervals import is_silent, last_joint_moment
from sessions_app.calls.moves import hold_row
from sessions_app.calls.settlement import release, settle, settle_used_up, used_up
from sessions_app.errors import ConsultationError
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.models.consultation import MEETING
from sessions_app.states import EndReason, State


@transaction.atomic(durable=True)
def fail_unconnected(*, consultation_id: uuid.UUID) -> Consultation:
    """accepted, but not live by `live_by`: failed, with who was absent; everything goes back."""
    consultation, stamp = hold_row(consultation_id=consultation_id)
    if consultation.state != State.ACCEPTED or stamp < (consultation.live_by or stamp):
        raise ConsultationError
    reason = _absent(consultation)
    return release(
        consultation=consultation, to=State.FAILED, at=stamp, kind="failed", reason=reason, end_reason=reason
    )


def _absent(consultation: Consultation) -> EndReason:
    """Who was missing; only where both were there together for a while, a path between them was."""
    came, until = consultation.came_at, consultation.there_until
    if len(came) < 2:
        missing = [role for role in (CLIENT, CONSULTANT) if role not in came]
    elif min(until.values()) - max(came.values()) >= MEETING:
        return EndReason.NO_MEDIA
    else:
        # the one who left again; if both stayed, the one who came at the last moment
        went = [role for role in came if not consultation.stayed(role)]
        missing = went or [max(came, key=lambda role: came[role])]
    return EndReason(f"{missing[0]}_absent") if len(missing) == 1 else EndReason.BOTH_ABSENT


@transaction.atomic(durable=True)
def stop_silent(*, consultation_id: uuid.UUID) -> Consultation:
    """live, but a side was not heard for the silence limit: interrupted at the last witnessed second.

    Where that is our own outage people have time to come back before.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id)
    if consultation.state != State.LIVE or not is_silent(consultation, stamp):
        raise ConsultationError
    outage = outage_over(consultation, stamp)
    if outage and outage.waits_at(stamp):
        raise ConsultationError
    because, counted = side_lost(consultation, stamp), last_joint_moment(consultation, stamp)
    return interrupt(consultation=consultation, because=because, counted_until=counted, at=stamp)


@transaction.atomic(durable=True)
def finish_bought_time(*, consultation_id: uuid.UUID) -> Consultation:
    """live at `ends_at`: the bought time is used up; ended and settled."""
    consultation, stamp = hold_row(consultation_id=consultation_id)
    if not used_up(consultation=consultation, at=stamp):
        raise ConsultationError
    return settle_used_up(consultation=consultation, at=stamp)


@transaction.atomic(durable=True)
def give_up_return(*, consultation_id: uuid.UUID) -> Consultation:
    """interrupted, and not both came back by `return_by`: ended with the reason of the absence."""
    consultation, stamp = hold_row(consultation_id=consultation_id)
    if consultation.state != State.INTERRUPTED or stamp < (consultation.return_by or stamp):
        raise ConsultationError
    reason = absence(consultation=consultation, at=stamp)
    return settle(consultation=consultation, reason=reason, at=stamp)
