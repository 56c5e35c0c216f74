"""One subscription a process: topics that changed are rendered once and written to every local socket."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Protocol

from channels.db import database_sync_to_async
from django.conf import settings
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from marketplace.live import frames, publish, registry

log = logging.getLogger(__name__)

COALESCE_SECONDS = 0.1
PERSONAL_COALESCE_SECONDS = 0.005  # a move publishes up to five topics at once
RECONNECT_SECONDS = 0.5
SEND_SECONDS = 5.0
IDLE_SECONDS = 5.0

Wanted = tuple[str, int | None]


class Listener(Protocol):
    """A local socket."""

    viewer: int | None

    async def deliver(self, texts: list[str]) -> None: ...
    async def too_slow(self) -> None: ...


class Hub:
    """Who listens to what in this process, and the loops that bring the news."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[Listener]] = {}
        self.connected = asyncio.Event()
        self._shared = Batch(self._flush, COALESCE_SECONDS)
        self._personal = Batch(self._flush, PERSONAL_COALESCE_SECONDS)

    # --- sockets ------------------------------------------------------------------------------------
    def join(self, listener: Listener, topics: Iterable[str]) -> None:
        for topic in topics:
            self.listeners.setdefault(topic, set()).add(listener)

    def leave(self, listener: Listener, topics: Iterable[str]) -> None:
        for topic in topics:
            left = self.listeners.get(topic, set())
            left.discard(listener)
            if not left:
                self.listeners.pop(topic, None)

    def everybody(self) -> set[Listener]:
        return {listener for group in self.listeners.values() for listener in group}

    # --- news ---------------------------------------------------------------------------------------
    def changed(self, topic: str) -> None:
        """This topic changed: tell the local sockets that listen to it, if any."""
        if topic == publish.EVERYTHING:
            self.everything_changed()
        elif topic in self.listeners:
            (self._personal if registry.is_personal(topic) else self._shared).add(topic)

    def everything_changed(self) -> None:
        """News may have been lost: look at all that is watched here."""
        for topic in list(self.listeners):
            self.changed(topic)

    async def _flush(self, topics: set[str]) -> None:
        wanted = {(topic, viewer) for topic in topics for viewer in self._viewers(topic)}
        pieces = await render_pieces(wanted)
        by_listener: dict[Listener, list[Wanted]] = {}
        for topic in sorted(topics):
            for listener in self.listeners.get(topic, ()):
                by_listener.setdefault(listener, []).append((topic, _viewer(topic, listener)))
        texts: dict[tuple[Wanted, ...], list[str]] = {}
        for listener, asks in by_listener.items():
            key = tuple(asks)
            if key not in texts:
                texts[key] = frames.changed(pieces[ask] for ask in key if ask in pieces)
            await _deliver(listener, texts[key])

    def _viewers(self, topic: str) -> set[int | None]:
        return {_viewer(topic, listener) for listener in self.listeners.get(topic, ())}

    # --- the process's side -------------------------------------------------------------------------
    async def run(self, reconnected: Callable[[], Awaitable[None]]) -> None:
        """Listen until cancelled. After a lost subscription: `reconnected()`, then look at everything."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._shared.run())
            tasks.create_task(self._personal.run())
            tasks.create_task(self._listen(reconnected))

    async def _listen(self, reconnected: Callable[[], Awaitable[None]]) -> None:
        first = True
        while True:
            try:
                await self._subscription(None if first else reconnected)
            except (RedisError, OSError) as problem:
                log.warning("live news away", extra={"fields": {"problem": type(problem).__name__}})
            # Whatever is published until we are back is lost, and the next round knows it.
            first = first and not self.connected.is_set()
            self.connected.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _subscription(self, reconnected: Callable[[], Awaitable[None]] | None) -> None:
        # Without retries, so that a lost connection is seen here and not silently mended with a gap.
        client = aioredis.Redis.from_url(
            settings.REDIS_URL,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=2,
            socket_keepalive=True,
            health_check_interval=10,
        )
        repair: asyncio.Task[None] | None = None
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe(publish.channel_name())
                self.connected.set()
                repair = asyncio.create_task(self._repair(reconnected)) if reconnected else None
                while True:
                    message = await pubsub.get_message(timeout=IDLE_SECONDS)
                    if message is not None:
                        self.changed(message["data"].decode())
                    if publish.some_lost():
                        await asyncio.to_thread(publish.catch_up)
        finally:
            if repair is not None:
                repair.cancel()
            await client.aclose()

    async def _repair(self, reconnected: Callable[[], Awaitable[None]]) -> None:
        await reconnected()
        self.everything_changed()


class Batch:
    """Topics that are told together: the first at once, the next ones `pause` seconds later."""

    def __init__(self, flush: Callable[[set[str]], Awaitable[None]], pause: float) -> None:
        self._flush, self._pause = flush, pause
        self._topics: set[str] = set()
        self._some = asyncio.Event()

    def add(self, topic: str) -> None:
        self._topics.add(topic)
        self._some.set()

    async def run(self) -> None:
        while True:
            await self._some.wait()
            await asyncio.sleep(PERSONAL_COALESCE_SECONDS)
            self._some.clear()
            topics, self._topics = self._topics, set()
            try:
                await self._flush(topics)
            except Exception:
                log.exception("news not rendered", extra={"fields": {"topics": len(topics)}})
            await asyncio.sleep(self._pause)


async def render_pieces(wanted: Iterable[Wanted]) -> dict[Wanted, frames.Pieces]:
    """One short database visit in a thread of its own: a slow query elsewhere must not hold the news up."""
    in_thread = database_sync_to_async(_render_pieces, thread_sensitive=False)
    found: dict[Wanted, frames.Pieces] = await in_thread(list(wanted))
    return found


def _render_pieces(wanted: list[Wanted]) -> dict[Wanted, frames.Pieces]:
    return {ask: frames.Pieces(news) for ask, news in registry.render(wanted).items()}


def _viewer(topic: str, listener: Listener) -> int | None:
    return listener.viewer if registry.is_personal(topic) else None


async def _deliver(listener: Listener, texts: list[str]) -> None:
    # One browser that does not read must not hold up a thousand others, nor grow a queue without bound.
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await listener.deliver(texts)
    except TimeoutError:
        with suppress(Exception):
            await listener.too_slow()
    except Exception:
        log.exception("news not delivered")


hub = Hub()
