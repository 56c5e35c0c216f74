"""The witness of a process: it asks every room page, and writes all answers in one batch.

Timers of hidden tabs are throttled, message handlers are not: so the server asks and the page answers.
"""

import asyncio
import contextlib
import logging
import time
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from channels.db import database_sync_to_async

from marketplace.core import rules
from sessions_app.calls.beats import Beat
from sessions_app.calls.joint_time import NotWritten, record_beats
from sessions_app.room.heartbeat import PROCESS

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.5  # an answer is written at most this much later
HURRY_SECONDS = 0.05  # a first contact is written almost at once: it makes a call live


record_here = partial(record_beats, process=PROCESS)


class Page(Protocol):
    """What the witness asks; a joined socket of a room page."""

    async def ask(self) -> None: ...

    def acknowledge(self, count: int) -> None: ...


@dataclass(frozen=True)
class Answer:
    """One answer with the process's monotonic moment of its arrival."""

    page: Page
    page_id: str
    count: int
    unbroken: bool
    at: float


Key = tuple[uuid.UUID, str]


class Witness:
    """The pages of one process; `record` writes beats, `clock` is the monotonic clock."""

    def __init__(
        self,
        record: Callable[..., object] = record_here,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.record, self.clock = record, clock
        self.pages: set[Page] = set()
        self.answers: dict[Key, Answer] = {}
        self.alone: dict[Key, Answer] = {}
        self.in_contact: set[Key] = set()
        self.some, self.hurry = asyncio.Event(), asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    def add(self, page: Page) -> None:
        """Ask this page from now on; the loops run while there is anybody to ask."""
        self.pages.add(page)
        if not self.tasks:
            self.tasks = [asyncio.create_task(self._ask_loop()), asyncio.create_task(self._write_loop())]

    def remove(self, page: Page) -> None:
        """This page's socket is gone."""
        self.pages.discard(page)
        if not self.pages:
            for task in self.tasks:
                task.cancel()
            self.tasks = []

    def answered(self, key: Key, answer: Answer, *, contact: bool) -> None:
        """A page answered; only contact proves joint time. A first contact is written without delay."""
        self.some.set()
        if not contact:
            self.in_contact.discard(key)
            self.alone[key] = answer
            return
        self.answers[key] = answer
        if key not in self.in_contact:
            self.in_contact.add(key)
            self.hurry.set()

    def forget(self, key: Key) -> None:
        """The next contact of this side is a first one again (a new page, or the clock stopped)."""
        self.in_contact.discard(key)

    async def write(self) -> None:
        """One batch to PostgreSQL; what could not be written is tried again with its true age."""
        batch, self.answers = self.answers, {}
        alone, self.alone = self.alone, {}
        try:
            await database_sync_to_async(self._record)(batch, alone)
        except NotWritten as part:
            batch = self._again(part.rooms, batch, alone)
        except Exception:
            log.exception("beats not written", extra={"fields": {"beats": len(batch) + len(alone)}})
            batch = self._again({room for room, _ in (*batch, *alone)}, batch, alone)
            await asyncio.sleep(GATHER_SECONDS)
        for answer in batch.values():
            answer.page.acknowledge(answer.count)

    def _again(
        self, rooms: set[uuid.UUID], batch: dict[Key, Answer], alone: dict[Key, Answer]
    ) -> dict[Key, Answer]:
        """Write those of these rooms with the next batch, unless newer ones came; returns what is written."""
        self.answers = {key: one for key, one in batch.items() if key[0] in rooms} | self.answers
        self.alone = {key: one for key, one in alone.items() if key[0] in rooms} | self.alone
        self.some.set()
        return {key: one for key, one in batch.items() if key[0] not in rooms}

    def _record(self, batch: dict[Key, Answer], alone: dict[Key, Answer]) -> None:
        # Ages are taken here, beside the reading of the database's clock: waiting for a thread adds nothing.
        at = self.clock()
        self.record(
            beats=[
                Beat(room, role, answer.page_id, at - answer.at, contact=contact, unbroken=answer.unbroken)
                for contact, answers in ((True, batch), (False, alone))
                for (room, role), answer in answers.items()
            ]
        )

    async def _ask_loop(self) -> None:
        while True:
            await asyncio.sleep(rules.BEAT_SECONDS)
            outcomes = await asyncio.gather(
                *(page.ask() for page in list(self.pages)), return_exceptions=True
            )
            for problem in outcomes:
                if isinstance(problem, Exception):
                    log.warning("page not asked", extra={"fields": {"problem": repr(problem)}})

    async def _write_loop(self) -> None:
        while True:
            await self.some.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hurry.wait(), GATHER_SECONDS)
                await asyncio.sleep(HURRY_SECONDS)
            self.some.clear()
            self.hurry.clear()
            await self.write()


_witnesses: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Witness]" = weakref.WeakKeyDictionary()


def witness() -> Witness:
    """The one witness of this process (of this event loop)."""
    return _witnesses.setdefault(asyncio.get_running_loop(), Witness())
