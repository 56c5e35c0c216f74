"""The rows of the web processes, which distinguish an outage of ours from two silent people."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from marketplace.core.chores import delete_in_batches
from marketplace.core.time import now
from sessions_app.calls.clock_tick import FROZEN, GRACE, HICCUP, began, wait_for_people
from sessions_app.calls.intervals import SILENT
from sessions_app.calls.outages import NOTICED
from sessions_app.models import WebProcess

KEPT = timedelta(days=30)  # after that, the reasons of calls at that time are no longer needed


@dataclass(frozen=True)
class Outage:
    """From `since` on we could not hear somebody through our own fault; `until` is empty while that lasts.

    `frozen`: the process continued; after a short pause its sockets are still open and pages answer.
    """

    since: datetime
    until: datetime | None
    frozen: bool

    def may_go_on(self, at: datetime) -> bool:
        """Whether people who come back at `at` came back in time for their call to go on over it."""
        return self.until is None or at <= self.until + GRACE

    def waits_at(self, at: datetime) -> bool:
        """Whether it is too early at `at` to say that somebody does not come back."""
        if self.until is None:
            return True
        short = self.frozen and self.until - self.since <= FROZEN
        return at < self.until + (HICCUP if short else GRACE)


def say_alive(*, process: uuid.UUID) -> bool:
    """Record that this process runs, about once a second. Returns whether a silence ended now.

    The silence is noted, and if no other process was there, people who were connecting or coming back
    get time to do so.
    """
    stamp = now()
    steady = WebProcess.objects.filter(pk=process, alive_at__gt=stamp - NOTICED)
    if steady.update(alive_at=stamp):
        return False
    _heard_again(process, stamp)
    return True


@transaction.atomic(durable=True)
def _heard_again(process: uuid.UUID, stamp: datetime) -> None:
    anybody = _last_sign()
    row, made = WebProcess.objects.get_or_create(
        pk=process, defaults={"started_at": stamp, "alive_at": stamp}
    )
    if not made:
        silent_from = began(last=row.alive_at, before=row.silent_from, until=row.silent_until)
        silence = {"silent_from": silent_from, "silent_until": stamp}
        WebProcess.objects.filter(pk=process).update(alive_at=stamp, **silence)
    if anybody and stamp - anybody > NOTICED:
        wait_for_people(since=anybody, stamp=stamp)


def delete_ended() -> int:
    """Delete the processes that ended long before the last sign of any; returns how many.

    Before that sign, not before now: after a long outage the first that is back must still find the last.
    """
    last = _last_sign()
    return delete_in_batches(WebProcess.objects.filter(alive_at__lt=last - KEPT)) if last else 0


def all_silent(*, at: datetime) -> bool:
    """Whether no web process runs: nobody can come, answer or come back. (None was ever seen: no.)"""
    last = _last_sign()
    return last is not None and at - last > NOTICED


def _last_sign() -> datetime | None:
    last: datetime | None = WebProcess.objects.aggregate(at=Max("alive_at"))["at"]
    return last


def outage_under(*, process: uuid.UUID, heard_at: datetime, at: datetime) -> Outage | None:
    """The outage of the process in which somebody was last heard, if it explains that they are not heard."""
    row = WebProcess.objects.filter(pk=process).first()
    if row is None:
        return None
    if at - row.alive_at > NOTICED and row.alive_at - SILENT <= heard_at:
        return Outage(row.alive_at, _somewhere_to_go(row, at), frozen=False)
    before, until = row.silent_from, row.silent_until
    if before and until and before - SILENT <= heard_at <= until:
        return Outage(before, until, frozen=True)
    return None


def _somewhere_to_go(gone: WebProcess, at: datetime) -> datetime | None:
    """From when on people of a process that is gone could come to another one; none is there yet: None."""
    others = WebProcess.objects.filter(alive_at__gt=at - NOTICED).exclude(pk=gone.pk)
    here_since = [
        other.silent_until
        if other.silent_until and other.silent_until > gone.alive_at
        else max(other.started_at, gone.alive_at)
        for other in others
    ]
    return min(here_since, default=None)
