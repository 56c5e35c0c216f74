"""The one clock of the product."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

_elsewhere: ContextVar[datetime | None] = ContextVar("elsewhere", default=None)


def now() -> datetime:
    """PostgreSQL's `clock_timestamp()`, aware, in UTC.

    A service reads it once, after it holds the domain row, and passes it down. The browser gets
    `now` together with every deadline and computes its own offset.
    """
    moment = _elsewhere.get()
    if moment is not None:
        return moment
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        stamp: datetime = cursor.fetchone()[0]
    return stamp


@contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) inside the block: for seeding a past and for tests."""
    token = _elsewhere.set(moment)
    try:
        yield
    finally:
        _elsewhere.reset(token)
