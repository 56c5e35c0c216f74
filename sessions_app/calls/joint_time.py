"""The witness: the heartbeats of both pages decide when a call is live and how long it lasts."""

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Value, When

from marketplace.core import rules
from marketplace.core.time import now
from sessions_app.calls.absence import bridge, interrupt, side_lost
from sessions_app.calls.beats import Beat, Heard, both_heard, later_of_both, note_heard
from sessions_app.calls.intervals import open_interval, remaining
from sessions_app.calls.moves import hold_row, move
from sessions_app.calls.outages import interrupted_so_far
from sessions_app.calls.settlement import used_up
from sessions_app.models import Consultation
from sessions_app.states import IN_ROOM, State

log = logging.getLogger(__name__)

# The steady case in one statement a process: both known, nobody silent for long. Everything else
# (first beat, return, gap) is left to `witness`, which holds the row.
STEADY = """
UPDATE sessions_app_consultation AS c SET
    client_seen_at = GREATEST(c.client_seen_at, v.client_at),
    consultant_seen_at = GREATEST(c.consultant_seen_at, v.consultant_at),
    client_page = COALESCE(v.client_page, c.client_page),
    consultant_page = COALESCE(v.consultant_page, c.consultant_page),
    client_process = CASE WHEN v.client_at IS NULL THEN c.client_process ELSE %s END,
    consultant_process = CASE WHEN v.consultant_at IS NULL THEN c.consultant_process ELSE %s END,
    witnessed_until = GREATEST(c.witnessed_until, LEAST(
        GREATEST(c.client_seen_at, v.client_at), GREATEST(c.consultant_seen_at, v.consultant_at), c.ends_at))
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])
    AS v(id, client_at, consultant_at, client_page, consultant_page)
WHERE c.id = v.id AND c.state = 'live'
    AND (v.client_at IS NULL OR v.client_at - c.client_seen_at <= %s * interval '1 second')
    AND (v.consultant_at IS NULL OR v.consultant_at - c.consultant_seen_at <= %s * interval '1 second')
    AND COALESCE(v.client_at, v.consultant_at) - c.witnessed_until <= %s * interval '1 second'
RETURNING c.id
"""


class NotWritten(Exception):
    """The beats of these consultations could not be written; those of all others are."""

    def __init__(self, rooms: set[uuid.UUID]) -> None:
        self.rooms = rooms
        super().__init__(rooms)


def record_beats(*, beats: Sequence[Beat], process: uuid.UUID | None = None) -> list[uuid.UUID]:
    """Write what `process` heard since its last call; returns the consultations that it concerned.

    The first beats of both sides make a consultation live, beats after an interruption resume it.
    Beats of consultations that are over are ignored. Raises NotWritten after all others are written.
    """
    stamp = now()
    in_text = _text_calls(beats)
    by_room: dict[uuid.UUID, dict[str, Heard]] = defaultdict(dict)
    for beat in beats:
        arrived = stamp - timedelta(seconds=beat.age)
        if beat.contact or beat.consultation_id in in_text:
            by_room[beat.consultation_id][beat.role] = Heard(beat, arrived, process)
        else:
            _note_answer(beat, arrived, process)
    steady = _record_steady(by_room, process)
    lost = {room for room in sorted(by_room.keys() - steady) if not _witnessed(room, by_room[room])}
    if lost:
        raise NotWritten(lost)
    return list(by_room)


def _witnessed(room: uuid.UUID, heard: dict[str, Heard]) -> bool:
    """Whether the beats were processed; an error in one consultation must not stop any other call."""
    try:
        witness(consultation_id=room, heard=heard)
    except Exception:
        log.exception("consultation not witnessed", extra={"fields": {"consultation": str(room)}})
        return False
    return True


def _text_calls(beats: Sequence[Beat]) -> set[uuid.UUID]:
    """Those of them whose two people agreed to write: there the answer of a page alone counts."""
    alone = {beat.consultation_id for beat in beats if not beat.contact}
    return set(Consultation.objects.in_text(alone).values_list("pk", flat=True)) if alone else set()


def _note_answer(beat: Beat, at: datetime, process: uuid.UUID | None) -> None:
    """A page that is there without hearing the other side: no joint time, but it is not the lost one.

    While the call is live, the process that is kept is the one that heard of contact last: where that
    one was away, our outage is why the two lost each other.
    """
    rows = Consultation.objects.filter(pk=beat.consultation_id, state__in=IN_ROOM).exclude(
        interrupted_by=f"{beat.role}_left", **{f"{beat.role}_page": beat.page}
    )
    kept = Case(When(state=State.LIVE, then=F(f"{beat.role}_process")), default=Value(process))
    rows.update(**{f"{beat.role}_answered_at": at, f"{beat.role}_process": kept})


def _record_steady(by_room: dict[uuid.UUID, dict[str, Heard]], process: uuid.UUID | None) -> set[uuid.UUID]:
    if not by_room:
        return set()
    ids = sorted(by_room)
    sides = {role: [by_room[i].get(role) for i in ids] for role in ("client", "consultant")}
    stamps = [[heard and heard.at for heard in sides[role]] for role in ("client", "consultant")]
    pages = [[heard and heard.beat.page for heard in sides[role]] for role in ("client", "consultant")]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(STEADY, [process, process, ids, *stamps, *pages, *[rules.SILENT_SECONDS] * 3])
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic(durable=True)
def witness(*, consultation_id: uuid.UUID, heard: dict[str, Heard]) -> None:
    """The beats of one consultation that is not in its steady state: start, return, or a gap."""
    consultation, stamp = hold_row(consultation_id=consultation_id)
    if consultation.state == State.LIVE:
        _after_gap(consultation, heard, stamp)
    elif consultation.state == State.ACCEPTED and stamp < (consultation.live_by or stamp):
        note_heard(consultation=consultation, heard=heard)
        _start_if_both(consultation, stamp)
    elif consultation.state == State.INTERRUPTED and stamp < (consultation.return_by or stamp):
        note_heard(consultation=consultation, heard=_returning(consultation, heard))
        _resume_if_both(consultation, stamp)


def _start_if_both(consultation: Consultation, stamp: datetime) -> None:
    if not both_heard(consultation=consultation, at=stamp):
        return
    started = later_of_both(consultation=consultation)
    _go_live(consultation, started, stamp, kind="live", live_at=started)


def _resume_if_both(consultation: Consultation, stamp: datetime) -> None:
    paused = consultation.interrupted_at or stamp
    if not both_heard(consultation=consultation, at=stamp, since=paused):
        return
    started = later_of_both(consultation=consultation)
    away = interrupted_so_far(consultation=consultation, until=started)
    columns = {"interrupted_seconds": away.total_seconds(), "interrupted_by": "", "return_by": None}
    _go_live(consultation, started, stamp, kind="resumed", **columns)


def _go_live(
    consultation: Consultation, started: datetime, stamp: datetime, *, kind: str, **columns: Any
) -> None:
    ends_at = started + remaining(consultation)
    move(
        consultation=consultation,
        to=State.LIVE,
        at=stamp,
        kind=kind,
        ends_at=ends_at,
        witnessed_until=started,
        **columns,
    )
    open_interval(consultation, started)


def _returning(consultation: Consultation, heard: dict[str, Heard]) -> dict[str, Heard]:
    """Beats that count as coming back: not the last words of the page that pressed Leave."""
    paused = consultation.interrupted_at
    return {
        role: one
        for role, one in heard.items()
        if (paused is None or one.at > paused)
        and not (
            consultation.interrupted_by == f"{role}_left"
            and one.beat.page == getattr(consultation, f"{role}_page")
        )
    }


def _after_gap(consultation: Consultation, heard: dict[str, Heard], stamp: datetime) -> None:
    """Live, but a side was silent for too long and nobody has interrupted it yet."""
    if used_up(consultation=consultation, at=stamp):
        return  # nobody is lost: the bought time is over, and the deadline loop will settle it
    if bridge(consultation=consultation, heard=heard, at=stamp):
        return
    lost = side_lost(consultation, stamp)
    consultation = interrupt(
        consultation=consultation, because=lost, counted_until=consultation.witnessed_until, at=stamp
    )
    if stamp < (consultation.return_by or stamp):
        note_heard(consultation=consultation, heard=heard)
        _resume_if_both(consultation, stamp)
