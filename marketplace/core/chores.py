"""Periodic jobs: each app registers its jobs ("chores") in `AppConfig.ready()`.

A chore takes no arguments. Any number of processes call it about once a minute, and it decides itself whether
there is work to do. A chore that deletes rows uses `delete_in_batches`.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

Chore = Callable[[], object]
BATCH = 500  # rows per transaction, so that their locks are short
BATCHES = 20  # at most, per run of a chore; the next run deletes the rest
_chores: list[Chore] = []


def register(*chores: Chore) -> None:
    """Have these functions called about once a minute."""
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
    # Rows that another process deletes or uses right now are skipped, not waited for. The rows locked here
    # are still due when they are deleted.
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
