"""Sockets without a browser that wait as long as a busy machine may need."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from channels.testing import WebsocketCommunicator

PATIENCE = 20.0


class Socket(WebsocketCommunicator):
    """Channels gives every answer one second; a database, a Valkey and two busy cores may need more."""

    async def connect(self, timeout: float = PATIENCE) -> tuple[bool, Any]:
        return await super().connect(timeout)

    async def receive_output(self, timeout: float = PATIENCE) -> dict[str, Any]:
        return await super().receive_output(timeout)

    async def receive_from(self, timeout: float = PATIENCE) -> str | bytes:
        return await super().receive_from(timeout)

    async def receive_json_from(self, timeout: float = PATIENCE) -> Any:
        return await super().receive_json_from(timeout)

    async def disconnect(self, code: int = 1000, timeout: float = PATIENCE) -> None:
        await super().disconnect(code, timeout)


async def until(there: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Let everything else run until `there()`; whether it came."""
    ends = time.monotonic() + seconds
    while not there():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.005)
    return True
