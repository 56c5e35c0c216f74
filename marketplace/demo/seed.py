"""Switches demo data on (creating it once) and off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import User
from marketplace.core.time import now
from marketplace.demo import accounts as doors
from marketplace.demo import story
from marketplace.demo.books import Books
from marketplace.demo.errors import SiteIsRunning
from marketplace.demo.people import make_people
from sessions_app.models import ClockTick

STILL_TICKING = timedelta(seconds=5)


@dataclass(frozen=True)
class Seeded:
    """The result of a run: accounts created and unblocked, consultations created, consultants shown free."""

    accounts: int
    unblocked: int
    consultations: int
    free: int


def turn_on(*, books: Books) -> Seeded:
    """Create missing demo data, unblock the demo accounts, give the leases.

    Raises DemoAddressTaken or SiteIsRunning.
    """
    stamp = now()
    unblocked, before = doors.unblock(), _accounts()
    told = 0
    if not story.is_told(books=books):
        if ClockTick.objects.filter(ticked_at__gt=stamp - STILL_TICKING).exists():
            raise SiteIsRunning
        with _waiting_for_no_disk():
            told = _tell(books, stamp)
    return Seeded(
        accounts=_accounts() - before,
        unblocked=unblocked,
        consultations=told,
        free=doors.give_leases(books=books, now=stamp),
    )


def _tell(books: Books, stamp: datetime) -> int:
    people = make_people(books=books, today=stamp)
    story.close_torn_pages(books=books)
    doors.open_switches(now=stamp)
    told = story.tell(books=books, people=people, today=stamp)
    doors.close_switches(now=stamp)
    return told


@contextmanager
def _waiting_for_no_disk() -> Iterator[None]:
    """Speed up thousands of small commits: after a power cut the next start creates the lost ones again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def turn_off() -> int:
    """Block the demo accounts, switch them off, end their leases; returns how many were in use."""
    return doors.block(now=now())


def _accounts() -> int:
    return User.objects.filter(is_demo=True).count()
