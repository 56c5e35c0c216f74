"""This web process says every second that it runs: whom it stops hearing by its own fault is not lost."""

import asyncio
import contextlib
import logging
import uuid

from channels.db import database_sync_to_async

from sessions_app.services.web_processes import say_alive

log = logging.getLogger(__name__)

PROCESS = uuid.uuid4()  # a process that is started again is another one
EVERY_SECONDS = 1.0


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
            await database_sync_to_async(say_alive, thread_sensitive=False)(process=self.process)
        except Exception:
            log.exception("not said that this process runs")
