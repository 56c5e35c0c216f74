"""The chat part of the room socket. PostgreSQL holds the messages; a bell only says that there are more."""

import asyncio
import time
import uuid
from typing import Any

from channels.db import database_sync_to_async
from django.db import DatabaseError

from marketplace.core.errors import DomainError
from marketplace.live import publish, wire
from marketplace.live.consumer import BaseConsumer, Frame, TokenBucket
from marketplace.live.hub import hub
from sessions_app.chat.services import CHAT_TOPIC, say
from sessions_app.chat.transcript import frames_after
from sessions_app.room.signaling import Side, group

TYPING_EVERY_SECONDS = 2.0
PAGES_PER_SECOND, PAGES_AT_ONCE = 2, 10

_say = database_sync_to_async(say, thread_sensitive=False)
_frames_after = database_sync_to_async(frames_after, thread_sensitive=False)


class Ear:
    """Listens for this room's messages alone: other news of the consultation are not its business."""

    def __init__(self, room: "ChatFrames") -> None:
        self.room = room
        self.viewer: int | None = int(room.user.pk)
        self.language = room.language
        self.reading: set[asyncio.Task[None]] = set()

    def write(self, telling: wire.Telling) -> bool:
        """Read the new messages in a task of their own, because the news of this topic carry no content."""
        task = asyncio.create_task(self.room.tell_written())
        self.reading.add(task)
        task.add_done_callback(self.reading.discard)
        return True

    async def deliver(self, texts: list[str]) -> None:
        """From the hub; a text for the whole process (it shuts down) goes to the socket itself."""
        if not texts:
            await self.room.tell_written()

    async def too_slow(self) -> None:
        await self.room.too_slow()


class ChatFrames(BaseConsumer):
    """Half of the room's consumer: `say`, `chat_after`, `typing` come in; `said`, `unsaid`, `text` go out."""

    side: Side

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ear: Ear | None = None
        self.told = 0
        self.telling = asyncio.Lock()
        self.typed = TokenBucket(1 / TYPING_EVERY_SECONDS, 1, time.monotonic())
        self.paged = TokenBucket(PAGES_PER_SECOND, PAGES_AT_ONCE, time.monotonic())

    async def hear_chat(self, frame: Frame) -> None:
        """`chat_after`: the page behind that number now, and all that comes."""
        if await self._refused(frame):
            return
        if not self.paged.take(time.monotonic()):
            await self._strike("rate")
            return
        if self.ear is None:
            self.ear = Ear(self)
            hub.join(self.ear, [self._chat_topic])
        async with self.telling:  # not in the middle of a page that goes out
            self.told = frame["n"]
        await self.tell_written()

    async def say(self, frame: Frame) -> None:
        """`say`: kept, then acknowledged; what is refused comes back with words for the person."""
        if await self._refused(frame):
            return
        try:
            said = await _say(
                consultation_id=self.side.consultation_id,
                user=self.user,
                client_id=uuid.UUID(frame["id"]),
                text=frame["text"],
            )
        except DomainError as problem:
            await self.send_frame(unsaid(frame["id"], problem))
            return
        at = int(said.sent_at.timestamp() * 1000)
        await self.send_frame({"t": "said", "id": frame["id"], "n": said.number, "at": at})
        await self.tell_written()

    async def tell_typing(self, frame: Frame) -> None:
        """`typing`: passed on, never kept; more often than every two seconds is dropped."""
        if await self._refused(frame) or not self.typed.take(time.monotonic()):
            return
        other = group(self.side.consultation_id, self.side.peer_role)
        await publish.bell(other, {"type": "room.typing"})

    async def typing(self, event: dict[str, Any]) -> None:
        """The other side is writing."""
        await self.send_frame({"t": "typing"})

    async def tell_written(self) -> None:
        """Send the messages that this page has not received, in order; also called by the safety poll."""
        if self.ear is None:
            return
        async with self.telling:
            try:
                missed = await _frames_after(consultation_id=self.side.consultation_id, number=self.told)
            except DatabaseError:
                return  # the next bell, poll or reconnect finds the same
            for frame in missed:
                await self.send_frame(frame)
                self.told = frame["n"]

    def stop_hearing_chat(self) -> None:
        if self.ear is not None:
            hub.leave(self.ear, [self._chat_topic])

    @property
    def _chat_topic(self) -> str:
        return f"{CHAT_TOPIC}:{self.side.consultation_id}"

    async def too_slow(self) -> None:
        raise NotImplementedError

    async def _refused(self, frame: Frame) -> bool:
        raise NotImplementedError


def unsaid(client_id: str, problem: DomainError) -> Frame:
    """The refusal of one message; `wait`: it may be sent again after so many seconds."""
    refused = {"t": "unsaid", "id": client_id, "code": problem.code, "words": problem.message}
    wait = problem.fields.get("seconds")
    return refused if wait is None else refused | {"wait": wait}
