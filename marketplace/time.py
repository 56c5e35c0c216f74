"""The one clock of the product."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """PostgreSQL's `clock_timestamp()`, aware, in UTC.

    A service reads it once, after it holds the domain row, and passes it down. The browser gets
    `now` together with every deadline and computes its own offset.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        stamp: datetime = cursor.fetchone()[0]
    return stamp
