"""The least that could be: asyncio, `websockets` and redis-py, and nothing of the product.

`python -m tests.bench.live_floor PORT REDIS_URL`: whatever is published to `floor` goes to every socket.
"""

import asyncio
import sys

from redis.asyncio import Redis
from websockets.asyncio.server import ServerConnection, broadcast, serve

sockets: set[ServerConnection] = set()


async def stay(socket: ServerConnection) -> None:
    sockets.add(socket)
    try:
        await socket.wait_closed()
    finally:
        sockets.discard(socket)


async def main(port: int, url: str) -> None:
    async with (
        Redis.from_url(url) as client,
        client.pubsub(ignore_subscribe_messages=True) as news,
        serve(stay, "127.0.0.1", port, compression=None, ping_interval=10, ping_timeout=15),
    ):
        await news.subscribe("floor")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        async for message in news.listen():
            broadcast(sockets, message["data"].decode())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
