"""Presence work of one server process: leases for its own sockets, and a sweep of all expired leases."""

import asyncio
import logging
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.conf import settings

from accounts.availability import pauses, reach, switch
from accounts.availability.leases import EPOCH_YOUNG_MS, Leases
from accounts.models import ConsultantProfile
from marketplace.core import rules, valkey

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

SWEEP_SECONDS = 1.0
SWITCH_SECONDS = 2.0
ALL_SECONDS = 60.0
SETTLED_SECONDS = EPOCH_YOUNG_MS / 1000 + 1


class PresenceAgent:
    """A companion of the live agent (marketplace/live/agent.py)."""

    def __init__(self) -> None:
        self.sockets: Counter[int] = Counter()
        self.demo: list[int] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._turn = asyncio.Lock()
        self.under_way: set[asyncio.Task[None]] = set()
        self._stopped = False
        self._owed: set[int] = set()

    async def start(self) -> None:
        self._stopped = False
        self.leases = Leases(valkey.for_this_loop(), secrets.token_hex(4))
        await self._read_demo()
        self._tasks = [
            asyncio.create_task(_every(rules.LEASE_BEAT_SECONDS, 0.1, self.beat)),
            asyncio.create_task(_every(SWEEP_SECONDS, 0.25, self.sweep)),
            asyncio.create_task(_every(SWITCH_SECONDS, 0.25, self.end_switches)),
            asyncio.create_task(_every(ALL_SECONDS, 0.25, self.settle_everybody, first=SETTLED_SECONDS)),
        ]

    async def stop(self) -> None:
        """End this process's leases with a grace period, so that a quick restart goes unnoticed."""
        self._stopped = True
        for task in (*self._tasks, *self.under_way):
            task.cancel()
        await asyncio.gather(*self._tasks, *self.under_way, return_exceptions=True)
        try:
            await self.leases.leave([*self.sockets, *self.demo], rules.RESTART_GRACE_SECONDS * 1000)
        except valkey.AWAY as problem:
            _log_away(problem)

    # --- sockets ------------------------------------------------------------------------------------
    async def arrived(self, user_id: int) -> bool:
        """A socket opened; only consultants get a lease."""
        if user_id not in self.sockets and not await _in_thread(_has_profile, user_id):
            return False
        self.sockets[user_id] += 1
        if self.sockets[user_id] == 1:
            self._aside(self._renew([user_id]))
        return True

    async def departed(self, user_id: int) -> None:
        """A socket closed; after the last one here a grace period starts, as most closes are reloads."""
        self.sockets[user_id] -= 1
        if self.sockets[user_id] <= 0:
            del self.sockets[user_id]
            if not self._stopped:  # otherwise the longer grace period of a restart is already running
                self._aside(self._leave(user_id))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background: an unreachable Valkey must not delay a socket's start or end."""
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _leave(self, user_id: int) -> None:
        try:
            async with self._turn:
                if user_id not in self.sockets:
                    await self.leases.leave([user_id])
        except valkey.AWAY as problem:
            _log_away(problem)

    async def reconnected(self) -> None:
        """After Valkey returns, perhaps empty: renew our leases and give other processes time for theirs."""
        await self.beat()
        self._aside(self._settle_later())
        await asyncio.sleep(rules.LEASE_BEAT_SECONDS * 1.2)

    async def _settle_later(self) -> None:
        await asyncio.sleep(SETTLED_SECONDS)
        await self.settle_everybody()

    # --- the loops ------------------------------------------------------------------------------------
    async def beat(self) -> None:
        await self._renew([*self.sockets, *self.demo])

    async def sweep(self) -> None:
        await self._settle(await self.leases.sweep())

    async def end_switches(self) -> None:
        await _in_thread(switch.end_due)
        await _in_thread(pauses.end_due)

    async def settle_everybody(self) -> None:
        """Correct within a minute whatever was missed (a server that was away, a lost answer)."""
        await self._read_demo()
        await self._settle(await _in_thread(reach.shown_as_something))

    async def _renew(self, user_ids: list[int]) -> None:
        try:
            async with self._turn:
                fresh = await self.leases.beat(user_ids)
        except valkey.AWAY as problem:
            _log_away(problem)
            return
        await self._settle(fresh)

    async def _settle(self, user_ids: list[int]) -> None:
        """Leases report each change once, so people who could not be settled stay due for the next round."""
        self._owed.update(user_ids)
        owed = list(self._owed)
        judged = bool(owed) and await _in_thread(_settle, owed)
        if judged:
            self._owed.difference_update(owed)

    async def _read_demo(self) -> None:
        self.demo = await _in_thread(_demo_people)


async def _every(
    seconds: float, jitter: float, work: Callable[[], Awaitable[None]], first: float = 0.0
) -> None:
    await asyncio.sleep(first)
    while True:
        try:
            await work()
        except valkey.AWAY as problem:
            _log_away(problem)
        except Exception:
            log.exception("presence work failed")
        await asyncio.sleep(seconds * random.uniform(1 - jitter, 1 + jitter))  # noqa: S311


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    # Use a separate thread: presence must not wait behind another socket's slow query.
    result: T = await database_sync_to_async(work, thread_sensitive=False)(*args, **kwargs)
    return result


def _settle(user_ids: list[int]) -> bool:
    return reach.settle(user_ids=user_ids) is not None


def _has_profile(user_id: int) -> bool:
    return ConsultantProfile.objects.filter(user_id=user_id).exists()


def _demo_people() -> list[int]:
    if not settings.DEMO:
        return []
    return list(ConsultantProfile.objects.filter(demo_lease=True).values_list("user_id", flat=True))


def _log_away(problem: Exception) -> None:
    log.warning("presence leases not updated", extra={"fields": {"problem": type(problem).__name__}})
