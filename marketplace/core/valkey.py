"""The one place that makes Valkey clients, one for each way of asking, and what they do while it is away.

`quick()` is for pages and services, which must not wait; `for_this_loop()` for what runs beside sockets;
`subscriber()` for the hub, which must notice every gap; `probe()` for the health page.
"""

import asyncio
import time
import weakref
from collections.abc import Awaitable
from functools import cache
from typing import Any, TypeVar

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

T = TypeVar("T")

AWAY = (RedisError, OSError)  # TimeoutError is an OSError
QUICK_SECONDS = 0.2
PATIENCE_SECONDS = 2.0  # a Valkey that hangs is one that is away
QUIET_SECONDS = 1.0


class Breaker:
    """Nothing is asked for a second after a failure: a page that asks five times waits once, not five."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._until

    def open(self) -> None:
        self._until = time.monotonic() + QUIET_SECONDS

    def close(self) -> None:
        self._until = 0.0


@cache
def quick() -> "redis.Redis":
    """A synchronous client for all threads: 200 ms for a connection and an answer, no second try."""
    return _impatient(QUICK_SECONDS)


def probe(seconds: float) -> "redis.Redis":
    """A client of the caller's own, to be closed, that waits so many seconds and does not try again."""
    return _impatient(seconds)


def for_this_loop() -> Any:
    """The client of this event loop (a connection cannot move between loops); it answers with text.

    It retries, so that a Valkey that restarts is a delay; wrap its commands in `bounded()`.
    """
    loop = asyncio.get_running_loop()
    if loop not in _of_loops:
        options: dict[str, Any] = settings.REDIS_CLIENT_OPTIONS
        _of_loops[loop] = redis.asyncio.Redis.from_url(settings.REDIS_URL, decode_responses=True, **options)
    return _of_loops[loop]


async def bounded(command: Awaitable[T]) -> T:
    """The answer of a command, or TimeoutError (one of `AWAY`) after two seconds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await command


def subscriber() -> "redis.asyncio.Redis":
    """A client without retries: a lost connection is seen, and not silently mended with a gap."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        retry=AsyncRetry(NoBackoff(), 0),
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_keepalive=True,
    )


def _impatient(seconds: float) -> "redis.Redis":
    return redis.Redis.from_url(
        settings.REDIS_URL,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        health_check_interval=0,
    )


_of_loops: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis]" = (
    weakref.WeakKeyDictionary()
)
