"""The actions of the two people in the room: enter, leave and end. (For heartbeats see witness.py.)"""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from sessions_app.calls.absence import end_pressed, interrupt, side_lost
from sessions_app.calls.intervals import close_interval, is_silent, last_joint_moment
from sessions_app.calls.moves import hold_row, note
from sessions_app.calls.settlement import release, settle, settle_used_up, used_up
from sessions_app.errors import CallOver
from sessions_app.models import Consultation
from sessions_app.states import EndReason, State


@transaction.atomic(durable=True)
def enter(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """The person's room page is connected; says afterwards who was absent. Raises CallOver."""
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if not consultation.open_at(stamp):
        raise CallOver
    column = f"{consultation.role_of(user)}_entered_at"
    if consultation.in_room and getattr(consultation, column) is None:  # a goodbye is after the settlement
        Consultation.objects.filter(pk=consultation.pk).update(**{column: stamp})
        note(consultation=consultation, at=stamp, kind="entered", actor=user)
    return consultation


@transaction.atomic(durable=True)
def leave(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """Go out with the right to come back: a live call is interrupted, the clock stops now.

    At the end of the bought time, and while the two say goodbye, there is nothing to come back to.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if used_up(consultation=consultation, at=stamp):
        return settle_used_up(consultation=consultation, at=stamp)
    if consultation.in_goodbye(stamp):
        return consultation
    if not consultation.in_room:
        raise CallOver
    consultation = _stopped_if_lost(consultation, stamp)
    if consultation.state == State.LIVE:
        because = EndReason(f"{consultation.role_of(user)}_left")
        counted = last_joint_moment(consultation, stamp)
        return interrupt(
            consultation=consultation, because=because, counted_until=counted, at=stamp, actor=user
        )
    # Once, so that a held key does not fill the table.
    if not consultation.events.filter(kind="left", actor=user).exists():
        note(consultation=consultation, at=stamp, kind="left", actor=user)
    return consultation


@transaction.atomic(durable=True)
def end(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """End for both and settle; pressed twice, or by both at once, the second finds it ended.

    Before it was live this is a cancel. While the other is absent it takes the reason of that absence.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if consultation.is_final:
        return consultation
    if consultation.state == State.ACCEPTED:
        return release(consultation=consultation, to=State.CANCELLED, at=stamp, kind="cancelled", actor=user)
    if consultation.state == State.RINGING:
        raise CallOver
    if used_up(consultation=consultation, at=stamp):
        return settle_used_up(consultation=consultation, at=stamp)
    consultation = _stopped_if_lost(consultation, stamp)
    role = consultation.role_of(user)
    reason = EndReason(f"{role}_ended")
    if consultation.state == State.LIVE:
        close_interval(consultation, last_joint_moment(consultation, stamp), reason)
    else:
        reason = end_pressed(consultation=consultation, role=role, at=stamp)
    return settle(consultation=consultation, reason=reason, at=stamp, actor=user)


def _stopped_if_lost(consultation: Consultation, at: datetime) -> Consultation:
    """Nobody has said so yet, but a side is lost: whoever presses now is not the cause of it.

    After an outage of ours that is so for as long as the clock waits for people to come back.
    """
    if consultation.state != State.LIVE or not is_silent(consultation, at):
        return consultation
    because, counted = side_lost(consultation, at), last_joint_moment(consultation, at)
    return interrupt(consultation=consultation, because=because, counted_until=counted, at=at)
