"""The loop that runs the chores beside the deadlines. Any number of processes may run it; the rows decide."""

import asyncio
import logging

from channels.db import database_sync_to_async

from marketplace.core import chores

log = logging.getLogger(__name__)
LOOK_SECONDS = 60.0


async def run_chores(stop: asyncio.Event, *, every: float = LOOK_SECONDS) -> None:
    """Ask every chore each minute until `stop` is set; one that fails is logged and asked again."""
    while not stop.is_set():
        for chore in chores.registered():
            try:
                await database_sync_to_async(chore, thread_sensitive=False)()
            except Exception:
                log.exception("chore failed", extra={"fields": {"chore": chore.__name__}})
        try:
            await asyncio.wait_for(stop.wait(), timeout=every)
        except TimeoutError:
            continue
