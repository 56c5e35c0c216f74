"""The channel layer of the doorbells: a Valkey that hangs may delay a socket, never hold it for ever."""

import asyncio
import contextlib
import uuid
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from marketplace.core.valkey import bounded


class DoorbellLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """`RedisPubSubChannelLayer` for groups alone, each command bounded.

    Nobody here sends to a single channel by name, so a new socket needs no subscription of its own: its
    handshake does not touch Valkey.
    """

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A name with a queue in this process."""
        name = f"{self.prefix}{prefix}{uuid.uuid4().hex}"
        self.channels[name] = asyncio.Queue()
        return name

    async def receive(self, channel: str) -> Any:
        """The next message of the groups of this channel; the queue goes with whoever stops waiting."""
        try:
            return self.deserialize(await self.channels[channel].get())
        except (asyncio.CancelledError, GeneratorExit):
            with contextlib.suppress(KeyError):
                del self.channels[channel]
            raise

    async def group_add(self, group: str, channel: str) -> None:
        """Raises TimeoutError (an OSError) if Valkey does not answer."""
        await bounded(self._get_layer().group_add(group, channel))

    async def group_discard(self, group: str, channel: str) -> None:
        """Raises TimeoutError (an OSError) if Valkey does not answer."""
        await bounded(self._get_layer().group_discard(group, channel))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Raises TimeoutError (an OSError) if Valkey does not answer."""
        await bounded(self._get_layer().group_send(group, message))
