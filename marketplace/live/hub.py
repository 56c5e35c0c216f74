"""One subscription a process: topics that changed are rendered once and written to every local socket."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from channels.db import database_sync_to_async

from marketplace.core import valkey
from marketplace.live import frames, publish, registry
from marketplace.live.registry import Wanted
from marketplace.live.wire import Telling

log = logging.getLogger(__name__)

COALESCE_SECONDS = 0.1
GATHER_SECONDS = 0.002  # a move publishes up to five topics at once
AT_ONCE = 100  # sockets that are written to before the rest of the process has a turn
TURN_SECONDS = 0.05  # how long one batch waits for another
MAX_WAITING = 200
RECONNECT_SECONDS = 0.5
FOLLOWERS_SECONDS = 2.0  # what follows from anybody's news is watched by all who look at a list
SEND_SECONDS = 5.0
IDLE_SECONDS = 5.0
MAX_SILENT = 3  # idle rounds in which not even our pings were answered: nobody is at the other end


class Listener(Protocol):
    """A local socket. `write` takes no time and may refuse (False); then `deliver` is awaited beside."""

    viewer: int | None
    language: str

    def write(self, telling: Telling) -> bool: ...
    async def deliver(self, texts: list[str]) -> None: ...
    async def too_slow(self) -> None: ...


class Hub:
    """Who listens to what in this process, and the loops that bring the news."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[Listener]] = {}
        self.connected = asyncio.Event()
        self._shared = Batch(self._flush, COALESCE_SECONDS)
        self._personal = Batch(self._flush, GATHER_SECONDS)
        self._followers = Batch(self._flush, FOLLOWERS_SECONDS)
        self._turn = asyncio.Lock()
        self._waiting: dict[Listener, list[str]] = {}
        self._beside: set[asyncio.Task[None]] = set()

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
        for follower in registry.followers(topic):
            if follower in self.listeners:
                self._followers.add(follower)

    def everything_changed(self) -> None:
        """News may have been lost: look at all that is watched here."""
        for topic in list(self.listeners):
            self.changed(topic)

    async def _flush(self, topics: set[str]) -> None:
        async with self._in_turn():
            await self._render_and_tell(topics)

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """First come, first told: a rendering thread beside would take the interpreter at each write.

        Nobody waits long for others, so that neither a ring nor a dot depends on how many are told before.
        """
        mine = False
        with suppress(TimeoutError):
            async with asyncio.timeout(TURN_SECONDS):
                mine = await self._turn.acquire()
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    async def _render_and_tell(self, topics: set[str]) -> None:
        wanted = {_wanted(topic, listener) for topic in topics for listener in self.listeners.get(topic, ())}
        pieces = await render_pieces(wanted)
        by_listener: dict[Listener, list[Wanted]] = {}
        for topic in sorted(topics):
            for listener in self.listeners.get(topic, ()):
                by_listener.setdefault(listener, []).append(_wanted(topic, listener))
        tellings: dict[tuple[Wanted, ...], Telling] = {}
        for number, (listener, asks) in enumerate(by_listener.items(), 1):
            key = tuple(asks)
            if key not in tellings:
                tellings[key] = Telling(frames.changed(pieces[ask] for ask in key if ask in pieces))
            self.tell(listener, tellings[key])
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    def tell(self, listener: Listener, telling: Telling) -> None:
        """Write to one socket now, or beside all others if it takes its time."""
        if listener in self._waiting or not listener.write(telling):
            self._tell_beside(listener, telling.texts)

    def _tell_beside(self, listener: Listener, texts: list[str]) -> None:
        waiting = self._waiting.setdefault(listener, [])
        if len(waiting) > MAX_WAITING:
            return  # it is being sent away, and looks at everything when it comes back
        if not waiting:
            self._aside(self._deliver(listener))
        waiting += texts
        if len(waiting) > MAX_WAITING:
            self._aside(_send_away(listener))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _deliver(self, listener: Listener) -> None:
        """One browser that takes its time must not hold up a thousand, nor grow a queue without bound."""
        try:
            while texts := self._waiting[listener][:]:
                async with asyncio.timeout(SEND_SECONDS):
                    await listener.deliver(texts)
                del self._waiting[listener][: len(texts)]
        except TimeoutError:
            await _send_away(listener)
        except Exception:
            log.exception("news not delivered")
        finally:
            del self._waiting[listener]

    # --- the process's side -------------------------------------------------------------------------
    async def run(self, reconnected: Callable[[], Awaitable[None]]) -> None:
        """Listen until cancelled. After a lost subscription: `reconnected()`, then look at everything."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._shared.run())
            tasks.create_task(self._personal.run())
            tasks.create_task(self._followers.run())
            tasks.create_task(self._look_again())
            tasks.create_task(self._listen(reconnected))

    async def _look_again(self) -> None:
        """What could not be rendered when it changed must not stay wrong until it changes again."""
        while True:
            await asyncio.sleep(IDLE_SECONDS)
            for topic in registry.take_owed():
                self.changed(topic)

    async def _listen(self, reconnected: Callable[[], Awaitable[None]]) -> None:
        first = True
        while True:
            try:
                await self._subscription(None if first else reconnected)
            except valkey.AWAY as problem:
                log.warning("live news away", extra={"fields": {"problem": type(problem).__name__}})
            # Whatever is published until we are back is lost, and the next round knows it.
            first = first and not self.connected.is_set()
            self.connected.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _subscription(self, reconnected: Callable[[], Awaitable[None]] | None) -> None:
        client = valkey.subscriber()
        repair: asyncio.Task[None] | None = None
        try:
            async with client.pubsub() as pubsub:
                await pubsub.subscribe(publish.channel_name())
                self.connected.set()
                repair = asyncio.create_task(self._repair(reconnected))
                silent = 0
                while silent < MAX_SILENT:
                    message = await pubsub.get_message(timeout=IDLE_SECONDS)
                    silent = 0 if message else silent + 1
                    if message is None:
                        await pubsub.ping()
                    elif message["type"] == "message":
                        self.changed(message["data"].decode())
                    if publish.some_lost():
                        await asyncio.to_thread(publish.catch_up)
                log.warning("live news silent", extra={"fields": {"rounds": silent}})
        finally:
            if repair is not None:
                repair.cancel()
            await client.aclose()

    async def _repair(self, reconnected: Callable[[], Awaitable[None]] | None) -> None:
        """Before a first subscription, too, sockets may be here: a Valkey that was away at the start."""
        if reconnected:
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
            await asyncio.sleep(GATHER_SECONDS)
            self._some.clear()
            topics, self._topics = self._topics, set()
            try:
                await self._flush(topics)
            except Exception:
                log.exception("news not rendered", extra={"fields": {"topics": len(topics)}})
                registry.owe(topics)
            await asyncio.sleep(self._pause)


async def _send_away(listener: Listener) -> None:
    with suppress(Exception):
        await listener.too_slow()


async def render_pieces(wanted: Iterable[Wanted]) -> dict[Wanted, frames.Pieces]:
    """One short database visit in a thread of its own: a slow query elsewhere must not hold the news up."""
    in_thread = database_sync_to_async(_render_pieces, thread_sensitive=False)
    found: dict[Wanted, frames.Pieces] = await in_thread(list(wanted))
    return found


def _render_pieces(wanted: list[Wanted]) -> dict[Wanted, frames.Pieces]:
    return {ask: frames.Pieces(news) for ask, news in registry.render(wanted).items()}


def _wanted(topic: str, listener: Listener) -> Wanted:
    return Wanted(topic, listener.viewer if registry.is_personal(topic) else None, listener.language)


hub = Hub()
