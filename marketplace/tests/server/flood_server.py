"""Our server with an application that sends what it is asked for: `python -m ... PORT`; no database, no news.

A frame `short 40` is answered with 40 frames of 64 KiB by the wire that news takes, `long 40` with as many by
the ordinary way, anything else with itself.
"""

from marketplace.management.commands.serve import QuarterServer  # isort: skip  (daphne's reactor comes first)

import sys
from typing import Any

from marketplace.live import wire

FRAME = "x" * 65_536


class Nothing:
    """Stands for the agent and the clock."""

    async def start(self) -> None: ...
    async def leave(self) -> None: ...


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        way, _, count = message["text"].partition(" ")
        for _ in range(int(count or 1)):
            if way == "short":
                scope["extensions"][wire.EXTENSION].write(wire.text_frame(FRAME))
            else:
                await send({"type": "websocket.send", "text": FRAME if count else message["text"]})


if __name__ == "__main__":
    endpoint = f"tcp:port={sys.argv[1]}:interface=127.0.0.1"
    QuarterServer(background=Nothing(), application=application, endpoints=[endpoint]).run()  # type: ignore[arg-type]
