"""Joint time as rows: opening, closing and adding up. Only witnessed time is ever billed."""

from datetime import datetime, timedelta

from marketplace.core import rules
from sessions_app.models import Consultation, Interval

SILENT = timedelta(seconds=rules.SILENT_SECONDS)


def open_interval(consultation: Consultation, at: datetime) -> Interval:
    """Start counting joint time at `at`."""
    return Interval.objects.create(consultation=consultation, started_at=at)


def close_interval(consultation: Consultation, at: datetime, closed_by: str) -> None:
    """Stop counting at `at` (never before the start), saying why."""
    running = consultation.intervals.filter(ended_at__isnull=True).first()
    if running is not None:
        Interval.objects.filter(pk=running.pk, ended_at__isnull=True).update(
            ended_at=max(at, running.started_at), closed_by=closed_by
        )


def last_joint_moment(consultation: Consultation, at: datetime) -> datetime:
    """Up to when a live consultation counts if it stops at `at`.

    `at` itself while both were heard within the silence limit; else the last witnessed second.
    """
    limit = min(at, consultation.ends_at or at)
    return _last_witnessed(consultation, at) if is_silent(consultation, at) else limit


def is_silent(consultation: Consultation, at: datetime) -> bool:
    """Whether a live consultation has a side that was not heard for longer than the silence limit."""
    return min(at, consultation.ends_at or at) - _last_witnessed(consultation, at) > SILENT


def _last_witnessed(consultation: Consultation, at: datetime) -> datetime:
    return consultation.witnessed_until or consultation.live_at or at


def joint_time(consultation: Consultation) -> timedelta:
    """All joint time so far; a running interval counts up to the last witnessed moment."""
    total = timedelta()
    for row in consultation.intervals.all():
        until = row.ended_at or max(consultation.witnessed_until or row.started_at, row.started_at)
        total += until - row.started_at
    return total


def joint_seconds(consultation: Consultation) -> int:
    """Whole seconds of the sum, rounded down once."""
    return int(joint_time(consultation) / timedelta(seconds=1))


def remaining(consultation: Consultation) -> timedelta:
    """Bought time that is not used yet."""
    return max(timedelta(seconds=consultation.bought_seconds) - joint_time(consultation), timedelta())
