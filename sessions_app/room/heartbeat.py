"""The heartbeat of this web process: people whom it cannot hear during its own outage are not lost."""

import asyncio
import contextlib
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor

from channels.db import database_sync_to_async

from sessions_app.calls.web_processes import say_alive

log = logging.getLogger(__name__)

PROCESS = uuid.uuid4()  # a restarted process is a new one
EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 2.0  # give up a hanging connection: the silence would be recorded as an outage

# Use a dedicated pool: a heartbeat delayed by other work would be recorded as an outage.
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="alive")
_in_own_thread = database_sync_to_async(say_alive, thread_sensitive=False, executor=_THREADS)


class Alive:
    """A companion of the live layer; its last heartbeat stays, whether it stopped cleanly or was killed."""

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
        """This companion does not follow single users."""

    async def reconnected(self) -> None:
        """The heartbeat does not use Valkey."""

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self._say()

    async def _say(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await _in_own_thread(process=self.process)
        except Exception:
            log.exception("heartbeat failed")
