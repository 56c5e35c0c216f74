"""What is done from time to time: each app registers its chores in `AppConfig.ready()`.

A chore takes nothing, is asked about once a minute by any number of processes, and finds out by itself
whether there is something to do. One that deletes rows uses `delete_in_batches`.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

Chore = Callable[[], object]
BATCH = 500  # rows a transaction: their locks are gone before anybody notices
BATCHES = 20  # a chore at most; what is left then is deleted the next time
_chores: list[Chore] = []


def register(*chores: Chore) -> None:
    """Have these functions asked about once a minute."""
    _chores.extend(chores)


def registered() -> tuple[Chore, ...]:
    """Every chore, in the order in which the apps registered them."""
    return tuple(_chores)


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete these rows a batch at a time, each in its own transaction; returns how many were deleted."""
    count = 0
    for _ in range(BATCHES):
        deleted = _delete_batch(rows)
        count += deleted
        if deleted < BATCH:
            break
    return count


@transaction.atomic(durable=True)
def _delete_batch(rows: QuerySet[Any]) -> int:
    # Rows that another process deletes, or that somebody uses at this moment, are passed over, not waited
    # for; what is locked here is still due when it is deleted.
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
