"""How long a candidate takes from a page at one process to a page at another, beside a bare round trip."""

import asyncio
import json
import time
from typing import Any

from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect

PAUSE_SECONDS = 0.045  # the room lets 30 frames a second through
PAGES, CONNECTIONS = ("c11e0001", "c0250001"), ("aaaa0001", "bbbb0002")
Line = tuple[int, str, str]


async def relay_times(
    lines: list[Line], redis_url: str, rounds: int, each: int
) -> dict[str, list[list[float]]]:
    """Milliseconds by rounds, for both ways in turn."""
    found: dict[str, list[list[float]]] = {"product": [], "floor": []}
    async with Redis.from_url(redis_url) as client, client.pubsub(ignore_subscribe_messages=True) as news:
        await news.subscribe("bare")
        sockets = [await enter(*line, number) for number, line in enumerate(lines)]
        number = 0
        for _ in range(rounds):
            for times in found.values():
                times.append([])
            for _ in range(each):
                number += 1
                text = candidate(number)
                found["product"][-1].append(await across(sockets, text, number))
                found["floor"][-1].append(await bare(client, news, text))
                await asyncio.sleep(PAUSE_SECONDS)
        for socket in sockets:
            await socket.close()
    return found


async def enter(port: int, path: str, cookie: str, number: int) -> ClientConnection:
    """A room page that has joined."""
    socket = await connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
        compression=None,
    )
    join = {"t": "join", "v": 1, "page": PAGES[number], "pc": CONNECTIONS[number], "after": "0"}
    await socket.send(json.dumps(join))
    while json.loads(await socket.recv())["t"] != "hello":
        pass
    return socket


def candidate(number: int) -> str:
    words = f"candidate:{number} 1 udp 2122260223 192.0.2.7 54321 typ host " + "x" * 300
    body = {"candidate": words, "sdpMid": "0", "sdpMLineIndex": 0}
    return json.dumps({"t": "cand", "n": number, "pc": CONNECTIONS[0], "to": CONNECTIONS[1], "c": body})


async def across(sockets: list[ClientConnection], text: str, number: int) -> float:
    began = time.perf_counter()
    await sockets[0].send(text)
    while True:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(sockets[1].recv(), 10))
        if frame["t"] == "cand" and frame["n"] == number:
            return (time.perf_counter() - began) * 1000


async def bare(client: "Redis", news: Any, text: str) -> float:
    began = time.perf_counter()
    await client.publish("bare", text)
    while await news.get_message(timeout=10) is None:
        pass
    return (time.perf_counter() - began) * 1000
