"""What is done from time to time, beside the deadlines: any number of processes may ask, the rows decide."""

import asyncio
import logging
from collections.abc import Callable

from channels.db import database_sync_to_async

from wallet.services.maturing import mature_due
from wallet.services.reconcile import check_ledger_if_due
from wallet.services.snapshots import take_snapshots_if_due

log = logging.getLogger(__name__)
LOOK_SECONDS = 60.0
CHORES: tuple[Callable[[], object], ...] = (check_ledger_if_due, take_snapshots_if_due, mature_due)


async def run_chores(stop: asyncio.Event, *, every: float = LOOK_SECONDS) -> None:
    """Ask every chore each minute until `stop` is set; one that fails is logged and asked again."""
    while not stop.is_set():
        for chore in CHORES:
            try:
                await database_sync_to_async(chore, thread_sensitive=False)()
            except Exception:
                log.exception("chore failed", extra={"fields": {"chore": chore.__name__}})
        try:
            await asyncio.wait_for(stop.wait(), timeout=every)
        except TimeoutError:
            continue
