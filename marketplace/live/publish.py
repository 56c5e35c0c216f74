"""How the product says that something changed: after the commit, quickly, never with a failure."""

import logging
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from marketplace.core import valkey

log = logging.getLogger(__name__)

EVERYTHING = "*"  # instead of a topic: some were lost, look at all that is watched

_breaker = valkey.Breaker()
_some_lost = False


def channel_name() -> str:
    """The pub/sub channel that carries topics, such as "c:41": ids only, no content.

    It names the database number, because publishing does not know databases (tests have their own).
    """
    return f"quarter:live:{settings.REDIS_URL.rpartition('/')[2]}"


def after_commit(topic: str) -> None:
    """Ring every process's hub for this topic once the transaction is through (at once outside one).

    Takes at most 200 ms, does not try again, never raises: pages catch up by snapshot and poll.
    """
    transaction.on_commit(partial(send, topic), robust=True)


def send(topic: str) -> None:
    """Publish now; a Valkey that is away is logged and changes nothing.

    What is lost is not kept: the first topic that gets through afterwards takes EVERYTHING along.
    """
    _publish(topic)


def some_lost() -> bool:
    """Whether this process owes the hubs EVERYTHING."""
    return _some_lost


def catch_up() -> None:
    """Say EVERYTHING if it is owed, without waiting for this process's next topic."""
    _publish()


def _publish(*topics: str) -> None:
    global _some_lost
    if _breaker.is_open:
        _some_lost = _some_lost or bool(topics)
        return
    try:
        for topic in topics:
            valkey.quick().publish(channel_name(), topic)
        if _some_lost:
            _some_lost = False  # before it is said: what another thread loses from here on is owed anew
            valkey.quick().publish(channel_name(), EVERYTHING)
    except valkey.AWAY as problem:
        _some_lost = True
        _breaker.open()
        log.warning("news not sent", extra={"fields": {"topics": topics, "problem": type(problem).__name__}})


async def bell(group: str, message: dict[str, Any]) -> None:
    """Ring one or a few sockets through the channel layer (room doorbells). Never raises."""
    try:
        await get_channel_layer().group_send(group, message)
    except valkey.AWAY as problem:
        log.warning("bell not rung", extra={"fields": {"group": group, "problem": type(problem).__name__}})
