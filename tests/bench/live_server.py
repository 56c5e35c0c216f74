"""`manage.py serve` with one socket more: `/ws/bench/`, the same news by the channel layer's `group_send`.

It stands on the product's own base consumer, so it has the dispatch without the hop through the one thread.
"""

import sys
from typing import Any, ClassVar

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.urls import path  # noqa: E402

from marketplace import routing  # noqa: E402
from marketplace.live.consumer import BaseConsumer  # noqa: E402


class Group(BaseConsumer):
    """In one group with all others; each message is one frame."""

    events: ClassVar[dict[str, str]] = {"bench.news": "news"}

    async def opened(self) -> None:
        await self.join("bench")

    async def news(self, event: dict[str, Any]) -> None:
        await self.send_text(event["text"])


if __name__ == "__main__":
    routing.websocket_urlpatterns.insert(0, path("ws/bench/", Group.as_asgi()))
    call_command("serve", "--port", sys.argv[1], "--no-clock")
