"""What runs beside the pages in every server process: the hub and what the apps registered."""

import asyncio
import logging

from marketplace.live import registry
from marketplace.live.hub import hub
from marketplace.live.registry import Companion
from marketplace.live.wire import Telling

log = logging.getLogger(__name__)

companions: list[Companion] = []
_tasks: list[asyncio.Task[None]] = []
BYE = '{"t":"bye","code":"shutdown"}'
STOP_SECONDS = 2.0


async def start() -> None:
    """Begin to listen; call it once, before the first request is served."""
    if _tasks:
        return
    companions.extend(factory() for factory in registry.companions)
    for companion in companions:
        await companion.start()
    _tasks.append(asyncio.create_task(hub.run(_reconnected), name="live hub"))


async def stop() -> None:
    """Tell local browsers to come back, end this process's leases with grace; at most about 3 s."""
    for listener in hub.everybody():
        hub.tell(listener, Telling([BYE]))
    await asyncio.sleep(0)  # to those who are told beside
    for companion in companions:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await companion.stop()
        except Exception:
            log.exception("not stopped in order")
    for task in _tasks:
        task.cancel()
    await asyncio.gather(*_tasks, return_exceptions=True)
    _tasks.clear()
    companions.clear()


async def arrived(user_id: int) -> list[Companion]:
    """A socket of this person opened here; returns who wants to hear of its end."""
    return [companion for companion in companions if await companion.arrived(user_id)]


async def _reconnected() -> None:
    for companion in companions:
        await companion.reconnected()
