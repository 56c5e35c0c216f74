"""What every socket of the site shares: a table of frames, caps, kind failures, sure cleanup."""

import asyncio
import contextlib
import json
import logging
import time
from functools import partial
from typing import Any, ClassVar
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import translation

from marketplace.core.words import known_language
from marketplace.live import wire
from marketplace.live.session_guard import Door, open_door

log = logging.getLogger(__name__)

# Close codes of our own (docs/live.md). A browser never reconnects on them; 4401 reloads the page.
NOT_SIGNED_IN = 4401
NOT_YOURS = 4403
NOT_FOUND = 4404
TAKEN_OVER = 4409
OVER = 4410
TOO_BIG = 4413
TOO_FAST = 4429
# A browser comes back after these. Not 1011 and 1013: daphne raises instead of closing with any code
# of the protocol's own but 1000.
OUR_FAULT = 4011
TRY_LATER = 4013

CLEANUP_SECONDS = 2.0
# For `channel_layer_alias`: a socket that hears through the hub needs no channel of its own.
NO_LAYER = "none"

Frame = dict[str, Any]


class Refused(Exception):
    """Raised in `admit()`: the socket is closed with a documented code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class TokenBucket:
    """`rate` frames a second on average, `burst` at once; the clock is passed in for tests."""

    def __init__(self, rate: float, burst: float, started: float) -> None:
        self.rate, self.burst, self.left, self.at = rate, burst, burst, started

    def take(self, at: float) -> bool:
        """Whether one more frame is allowed at this moment."""
        self.left = min(self.burst, self.left + (at - self.at) * self.rate)
        self.at = at
        if self.left < 1:
            return False
        self.left -= 1
        return True


class BaseConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Subclasses fill the tables and write `admit()`, `opened()`, the named methods and `cleanup()`.

    `handlers` maps a frame's `t` to a method(frame), `events` a channel-layer message's `type` to a
    method(event); nothing outside the tables is ever called. Async code only: the database is reached
    by short `database_sync_to_async` calls, never by the async ORM.
    """

    handlers: ClassVar[dict[str, str]] = {}
    events: ClassVar[dict[str, str]] = {}
    max_frame: ClassVar[int] = 16 * 1024
    rate: ClassVar[float] = 10
    burst: ClassVar[float] = 40
    max_dropped: ClassVar[int] = 50
    max_queue: ClassVar[int] = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = settings.LANGUAGE_CODE
        self.accepted = False
        self.closed = False
        self.dropped = 0
        self.joined: list[str] = []
        self.door: Door | None = None
        self.bucket = TokenBucket(self.rate, self.burst, time.monotonic())

    # --- what a subclass writes ---------------------------------------------------------------------
    async def admit(self) -> None:
        """Look at `self.scope` and `self.user`; raise Refused(code) to keep a stranger out."""

    async def opened(self) -> None:
        """The socket is accepted: subscribe, send the first frame."""

    async def cleanup(self) -> None:
        """Give back what was taken. Runs once, also after an exception or a cancellation; at most 2 s."""

    def handler_of(self, kind: str) -> str | None:
        """The name of the method that takes frames of this kind; None refuses them."""
        return self.handlers.get(kind)

    # --- what a subclass uses -----------------------------------------------------------------------
    @property
    def user(self) -> Any:
        """The person of the session cookie, or Django's AnonymousUser."""
        return self.scope["user"]

    async def signed_in(self) -> bool:
        """Whether the sign-in of the handshake still stands; if not, this socket is closed."""
        return self.door is None or await self.door.look()

    async def join(self, group: str) -> None:
        """Hear `publish.bell(group, ...)` from now on; left by itself when the socket goes."""
        self.joined.append(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def send_frame(self, frame: Frame) -> None:
        """One JSON frame to this browser; silently nothing after the close."""
        await self.send_text(json.dumps(frame, separators=(",", ":"), default=str))

    async def send_text(self, text: str) -> None:
        """A frame that is already JSON (rendered once for many)."""
        if self.accepted and not self.closed:
            await self.send(text_data=text)

    def write(self, telling: wire.Telling) -> bool:
        """News that many get, without a turn of this consumer; False where that cannot be (see hub.tell)."""
        return False

    async def err(self, code: str, **more: Any) -> None:
        """Tell the browser what was wrong with its frame: shape, size, rate, state, server."""
        await self.send_frame({"t": "err", "code": code, **more})

    async def shut(self, code: int) -> None:
        """Close with a code; frames that still arrive are ignored."""
        if not self.closed:
            self.closed = True
            await self.close(code=code)

    # --- the machinery ------------------------------------------------------------------------------
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode(errors="replace")).get("language", [""])
        self.language = known_language(asked[0])
        translation.activate(self.language)  # for this socket's task and the threads that it starts
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Servers skip `disconnect` after an exception, a SIGTERM or a slow handler; this runs always.
            self.closed = True
            if self.door:
                self.door.shut()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.shield(asyncio.wait_for(self._cleanup_logged(), CLEANUP_SECONDS))

    async def _cleanup_logged(self) -> None:
        try:
            await self.cleanup()
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)
        except Exception:
            log.exception("socket cleanup failed", extra={"fields": {"consumer": type(self).__name__}})

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Route one event. Channels' own hops through the one shared thread before every event."""
        kind = message.get("type", "")
        try:
            if kind == "websocket.receive":
                await self._receive(message)
            elif kind == "websocket.connect":
                await self._connect()
            elif kind == "websocket.disconnect":
                self.closed = True
                raise StopConsumer
            else:
                await self._event(kind, message)
        except StopConsumer:
            raise
        except Exception:
            log.exception("socket handler failed", extra={"fields": {"consumer": type(self).__name__}})
            await self._failed(kind)

    async def _failed(self, kind: str) -> None:
        if kind == "websocket.connect":
            await self.shut(OUR_FAULT)
        else:
            await self.err("server")

    async def _connect(self) -> None:
        try:
            await self.admit()
        except Refused as refused:
            # A code reaches the browser only through an accepted socket.
            await self.accept()
            await self.shut(refused.code)
            return
        await self.accept()
        self.accepted = True
        self.door = open_door(self.scope, partial(self.shut, NOT_SIGNED_IN))
        await self.opened()

    async def _receive(self, message: dict[str, Any]) -> None:
        if self.closed or not self.accepted:
            return
        text = message.get("text")
        if len(text.encode() if text is not None else message.get("bytes") or b"") > self.max_frame:
            await self.shut(TOO_BIG)
            return
        if not self.bucket.take(time.monotonic()):
            await self._strike("rate")
            return
        frame = parse(text)
        method = self.handler_of(frame["t"]) if frame else None
        if frame is None or method is None:
            await self._strike("shape")
            return
        await getattr(self, method)(frame)

    async def _strike(self, code: str) -> None:
        self.dropped += 1
        if self.dropped > self.max_dropped:
            await self.shut(TOO_FAST)
        else:
            await self.err(code)

    async def _event(self, kind: str, message: dict[str, Any]) -> None:
        if self._queued() > self.max_queue:
            await self.shut(TRY_LATER)
            return
        method = self.events.get(kind)
        if method is None:
            log.warning("unknown event", extra={"fields": {"kind": kind}})
        elif not self.closed:
            await getattr(self, method)(message)

    def _queued(self) -> int:
        """How many channel-layer messages wait for this socket: that queue has no bound of its own."""
        channels = getattr(self.channel_layer, "channels", {}) if self.channel_layer else {}
        queue = channels.get(self.channel_name) if channels else None
        return queue.qsize() if queue is not None else 0


def parse(text: str | None) -> Frame | None:
    """A JSON object with a text `t`, or None."""
    if text is None:
        return None
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) and isinstance(frame.get("t"), str) else None


class NowhereConsumer(BaseConsumer):
    """Whatever asks for a socket at an address that does not exist: accepted, then closed as not found."""

    async def admit(self) -> None:
        raise Refused(NOT_FOUND)
