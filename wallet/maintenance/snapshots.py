"""Sums of the accounts that keep no balance of their own: a cache that can be rebuilt at any time."""

from datetime import timedelta

from django.db import connection, transaction

from marketplace.core.time import now
from wallet.models import LedgerChore

EVERY = timedelta(hours=24)


@transaction.atomic(durable=True)
def take_snapshots() -> int:
    """Sum up every system account to the oldest open transaction; returns the number of sums written."""
    return _take()


@transaction.atomic(durable=True)
def take_snapshots_if_due() -> int:
    """Take them once a day, in the first process that asks."""
    moment = now()
    LedgerChore.objects.get_or_create(name="snapshots", defaults={"done_at": moment - EVERY})
    due = LedgerChore.objects.filter(name="snapshots", done_at__lte=moment - EVERY)
    return _take() if due.update(done_at=moment) else 0


@transaction.atomic(durable=True)
def forget_snapshots() -> None:
    """Delete all sums: after a restore from a dump, transaction ids start again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_forget_snapshots()")


def _take() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_take_snapshots()")
        [count] = cursor.fetchone()
    return int(count)
