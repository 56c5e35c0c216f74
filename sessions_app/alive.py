"""This web process says every second that it runs: whom it stops hearing by its own fault is not lost."""

import asyncio
import contextlib
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor

from channels.db import database_sync_to_async

from sessions_app.services.web_processes import say_alive

log = logging.getLogger(__name__)

PROCESS = uuid.uuid4()  # a process that is started again is another one
EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 2.0  # a connection that hangs is left behind: silence would be taken for an outage

# Not behind what everybody else waits for: whoever is late here is said to have been away.
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="alive")
_in_own_thread = database_sync_to_async(say_alive, thread_sensitive=False, executor=_THREADS)


class Alive:
    """A companion of the live layer; its last sign of life stays, whether it left in order or was killed."""

    def __init__(self, process: uuid.UUID = PROCESS) -> None:
        self.process = process
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._say()
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def arrived(self, user_id: int) -> bool:
        return False

    async def departed(self, user_id: int) -> None:
        """Nobody in particular is meant."""

    async def reconnected(self) -> None:
        """Valkey has no part in it."""

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self._say()

    async def _say(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await _in_own_thread(process=self.process)
        except Exception:
            log.exception("not said that this process runs")
