"""The steps of every move: lock the row, read the clock, guarded UPDATE, event row, news after the commit."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from accounts.availability.engaged import clear_engaged, set_engaged
from accounts.models import User
from marketplace.core.time import now
from marketplace.live import publish
from sessions_app.calls.answer_rate import recount
from sessions_app.calls.intervals import remaining
from sessions_app.errors import ConsultationError, NoSuchConsultation
from sessions_app.models import Consultation, Engagement, Event
from sessions_app.states import MOVES, State


def hold_row(*, consultation_id: uuid.UUID, user: User | None = None) -> tuple[Consultation, datetime]:
    """The consultation with its row locked, and the moment after the lock was got.

    A lock and not only a guarded UPDATE, because the stamp that decides a deadline must be read
    after every earlier move has committed. Raises NoSuchConsultation, also for a stranger.
    """
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("client", "consultant")
    if user is not None:
        rows = rows.of(user)
    consultation = rows.filter(pk=consultation_id).first()
    if consultation is None:
        raise NoSuchConsultation
    return consultation, now()


def move(
    *,
    consultation: Consultation,
    to: State,
    at: datetime,
    kind: str,
    actor: User | None = None,
    reason: str = "",
    **columns: Any,
) -> Consultation:
    """Claim the move from the state that was read to `to`; raise ConsultationError if somebody was faster.

    Writes the event row in the same transaction and tells both people after the commit.
    """
    origin = State(consultation.state)
    allowed = to in MOVES[origin]
    won = allowed and Consultation.objects.filter(pk=consultation.pk, state=origin).update(
        state=to, **columns
    )
    if not won:
        raise ConsultationError
    Event.objects.create(
        consultation=consultation,
        at=at,
        actor=actor,
        kind=kind,
        from_state=origin,
        to_state=to,
        reason=reason,
    )
    tell(consultation=consultation)
    consultation.refresh_from_db()
    if origin == State.RINGING:
        recount(consultation=consultation)
    show_engaged(consultation=consultation)
    return consultation


def note(
    *, consultation: Consultation, at: datetime, kind: str, actor: User | None = None, reason: str = ""
) -> None:
    """Write an event row for a fact that moves no state."""
    Event.objects.create(consultation=consultation, at=at, actor=actor, kind=kind, reason=reason)


def show_engaged(*, consultation: Consultation) -> None:
    """Update the availability of both people after each move of the consultation or of its end."""
    if consultation.is_final:
        return
    running = consultation.state == State.LIVE
    set_engaged(
        person_ids=[consultation.client_id, consultation.consultant_id],
        until=_latest_end(consultation),
        ends_at=consultation.ends_at if running else None,
        seconds=consultation.bought_seconds if consultation.live_at else 0,
    )


def _latest_end(consultation: Consultation) -> datetime:
    """The latest moment when the two are free without an extension; for display, not a deadline."""
    if consultation.state == State.ACCEPTED and consultation.live_by:
        return consultation.live_by + timedelta(seconds=consultation.bought_seconds)
    if consultation.state == State.INTERRUPTED and consultation.return_by:
        return consultation.return_by + remaining(consultation)
    return consultation.ends_at or consultation.expires_at


def disengage(*, consultation: Consultation, talked: bool) -> None:
    """Both people are free again; `talked` counts a talk for the consultant."""
    Engagement.objects.filter(consultation=consultation).delete()
    clear_engaged(person_ids=[consultation.client_id])
    clear_engaged(person_ids=[consultation.consultant_id], talked=talked)


def tell(*, consultation: Consultation) -> None:
    """News for whoever watches the consultation and for both people, after the commit."""
    publish.after_commit(f"q:{consultation.pk}")
    publish.after_commit(f"u:{consultation.client_id}")
    publish.after_commit(f"u:{consultation.consultant_id}")
