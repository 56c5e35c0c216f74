"""`/ws/live/`: the one socket of every page. It brings news; what people do goes by ordinary forms."""

import contextlib
from typing import Any

from channels.db import database_sync_to_async

from marketplace.live import agent, frames, registry, topics, wire
from marketplace.live.consumer import NO_LAYER, NOT_SIGNED_IN, NOT_YOURS, TRY_LATER, BaseConsumer, Frame
from marketplace.live.hub import hub, render_pieces
from marketplace.live.registry import Companion, Wanted


class LiveConsumer(BaseConsumer):
    """Frames up: `watch`, and the actions that apps registered. Frames down: `snap`, `html`, `go`, `bye`."""

    channel_layer_alias = NO_LAYER
    handlers = {"watch": "watch"}

    viewer: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics: set[str] = set()
        self.held: list[str] | None = None
        self.told: list[Companion] = []

    def handler_of(self, kind: str) -> str | None:
        return "act" if kind in registry.actions else super().handler_of(kind)

    async def opened(self) -> None:
        self.viewer = self.user.pk if self.user.is_authenticated else None
        if self.viewer is not None:
            self.told = await agent.arrived(self.viewer)

    async def cleanup(self) -> None:
        hub.leave(self, self.topics)
        for companion in self.told:
            if self.viewer is not None:
                await companion.departed(self.viewer)

    async def watch(self, frame: Frame) -> None:
        """Listen first, then read, then send: what happens in between comes twice, never not at all."""
        asked, sig = _topics(frame.get("topics")), frame.get("sig")
        if asked is None or not isinstance(sig, str):
            await self.err("shape")
            return
        if topics.signed_for(sig) != str(self.viewer or 0):
            await self.shut(NOT_SIGNED_IN)  # signed in or out in another tab: the page is reloaded
            return
        if not topics.is_signed(asked, sig):
            await self.shut(NOT_YOURS)
            return
        if not await self.signed_in():
            return
        hub.leave(self, self.topics)
        own = {topics.own_topic(self.viewer)} if self.viewer is not None else set()
        self.topics = {topic for topic in asked if registry.is_topic(topic)} | own
        self.held = []
        hub.join(self, self.topics)
        await self._snapshot(_versions(frame.get("have")))

    async def _snapshot(self, have: dict[str, int]) -> None:
        wanted = [
            Wanted(topic, self.viewer if registry.is_personal(topic) else None, self.language)
            for topic in sorted(self.topics)
        ]
        try:
            pieces = await render_pieces(wanted)
            texts = frames.snapshot((pieces[ask] for ask in wanted if ask in pieces), have)
        finally:
            held, self.held = self.held or [], None
        for text in texts + held:
            await self.send_text(text)

    async def act(self, frame: Frame) -> None:
        """An acknowledgement for an app; a person who is not signed in has nothing to acknowledge."""
        if self.viewer is None:
            await self.err("shape")
            return
        await database_sync_to_async(registry.actions[frame["t"]])(self.viewer, frame)

    # --- called by the hub ----------------------------------------------------------------------------
    def write(self, telling: wire.Telling) -> bool:
        if self.held is not None:
            self.held += telling.texts
            return True
        short: wire.Wire | None = self.scope.get("extensions", {}).get(wire.EXTENSION)
        return bool(short and self.accepted and not self.closed and short.write(telling.data))

    async def deliver(self, texts: list[str]) -> None:
        if self.held is not None:
            self.held += texts
            return
        for text in texts:
            await self.send_text(text)

    async def too_slow(self) -> None:
        with contextlib.suppress(Exception):
            await self.shut(TRY_LATER)


def _topics(asked: Any) -> list[str] | None:
    if not isinstance(asked, list) or len(asked) > topics.MAX_TOPICS:
        return None
    return asked if all(isinstance(topic, str) and len(topic) < 80 for topic in asked) else None


def _versions(have: Any) -> dict[str, int]:
    """The versions of the elements a page has; anything odd counts as not having it."""
    if not isinstance(have, dict) or len(have) > 200:
        return {}
    return {str(el): v for el, v in have.items() if isinstance(v, int)}
