"""How much of the time to return our own outages took; people get that time back."""

from datetime import datetime, timedelta

from marketplace.core import rules
from sessions_app.models import Consultation, WebProcess

NOTICED = timedelta(seconds=3)  # a process says every second that it runs, the loop ticks as often
RETURN = timedelta(seconds=rules.RETURN_SECONDS)
IN_ALL = timedelta(seconds=rules.INTERRUPTED_TOTAL_SECONDS)


def away_between(*, start: datetime, end: datetime) -> timedelta:
    """How long no web process ran between the two moments, so that nobody could come or come back."""
    away, heard = timedelta(), start
    for began, stopped in [*_running(start, end), (end, end)]:
        if began - heard > NOTICED:
            away += began - heard
        heard = max(heard, stopped)
    return away


def _running(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches in which a web process ran, in order; all of it if none was ever seen."""
    if not WebProcess.objects.exists():
        return [(start, end)]
    stretches: list[tuple[datetime, datetime]] = []
    for row in WebProcess.objects.filter(started_at__lt=end, alive_at__gt=start):
        if row.silent_from and row.silent_until:
            stretches.append((row.started_at, row.silent_from))
        stretches.append((row.silent_until or row.started_at, row.alive_at))
    return sorted((began, stopped) for began, stopped in stretches if began < end)


def interrupted_so_far(*, consultation: Consultation, until: datetime) -> timedelta:
    """How long all interruptions lasted together if this one is over at `until`, outages of ours apart."""
    paused = consultation.interrupted_at or until
    finished = timedelta(seconds=consultation.interrupted_seconds)
    return finished + (until - paused) - away_between(start=paused, end=until)


def return_until(*, consultation: Consultation, paused: datetime, told: datetime, at: datetime) -> datetime:
    """Up to when both may come back, as it is known at `at`: 90 s from `told`, when it was interrupted.

    But all interruptions together last at most 180 s, counted from `paused`, when joint time stopped.
    No outage of ours counts for either.
    """
    left = IN_ALL - timedelta(seconds=consultation.interrupted_seconds)
    in_all = paused + left + away_between(start=paused, end=at)
    return max(at, min(told + RETURN + away_between(start=told, end=at), in_all))
