"""The heartbeats of room pages, and how they are stored."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sessions_app.calls.intervals import SILENT
from sessions_app.models import Consultation


@dataclass(frozen=True)
class Beat:
    """One answer of a room page to the server's question.

    `age`: seconds since it arrived, by the process's monotonic clock. `contact`: the page received
    something from the other side in the last two seconds. `unbroken`: it never lost that contact
    since its last acknowledged beat. `page`: eight hex digits, made at page load.
    """

    consultation_id: uuid.UUID
    role: str
    page: str
    age: float
    contact: bool
    unbroken: bool


@dataclass(frozen=True)
class Heard:
    """A beat with contact, placed on the server's clock."""

    beat: Beat
    at: datetime
    process: uuid.UUID | None = None


def note_heard(*, consultation: Consultation, heard: dict[str, Heard]) -> None:
    """Write the sides' last beats, on the row (held by the caller) and on the object in hand."""
    columns: dict[str, datetime | str | uuid.UUID | None] = {}
    for role, one in heard.items():
        columns[f"{role}_seen_at"] = max(one.at, getattr(consultation, f"{role}_seen_at") or one.at)
        # Remember which page pressed Leave until both are back, because its last heartbeat is no return.
        if consultation.interrupted_by != f"{role}_left":
            columns[f"{role}_page"] = one.beat.page
        columns[f"{role}_process"] = one.process
    if columns:
        Consultation.objects.filter(pk=consultation.pk).update(**columns)
    for name, value in columns.items():
        setattr(consultation, name, value)


def both_heard(*, consultation: Consultation, at: datetime, since: datetime | None = None) -> bool:
    """Whether neither side is silent at `at`; with `since`: and both spoke after it."""
    seen = (consultation.client_seen_at, consultation.consultant_seen_at)
    return all(s is not None and at - s <= SILENT and (since is None or s > since) for s in seen)


def later_of_both(*, consultation: Consultation) -> datetime:
    """The later of the two last beats: from here on both were there (both must have spoken)."""
    return max(s for s in (consultation.client_seen_at, consultation.consultant_seen_at) if s)
