"""A room page without a browser: what it sends and what it hears, frame by frame."""

from typing import Any
from uuid import UUID

from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser
from django.urls import path

from accounts.models import User
from sessions_app.models import Consultation
from sessions_app.room.consumer import RoomConsumer
from tests.support.sockets import PATIENCE, Socket

Frame = dict[str, Any]
OFFER = {"type": "offer", "sdp": "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"}
CANDIDATE = {
    "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host",
    "sdpMid": "0",
    "sdpMLineIndex": 0,
    "usernameFragment": "x1Yz",
}
FEW = 5
rooms = URLRouter([path("ws/room/<uuid:consultation_id>/", RoomConsumer.as_asgi())])


class RoomPage:
    """One socket of one person to one room."""

    def __init__(
        self, room: UUID, user: User | AnonymousUser, pc: str = "9f3c21aa", page: str = "0a0b0c0d"
    ) -> None:
        self.socket = Socket(rooms, f"/ws/room/{room}/")
        self.socket.scope["user"] = user
        self.pc, self.page, self.count, self.seq = pc, page, 0, "0"

    async def open(self) -> "RoomPage":
        """Connect; a refusal shows in `closed()`."""
        connected, _ = await self.socket.connect()
        assert connected
        return self

    async def join(self, after: str = "0") -> Frame:
        """Connect, speak for this side, and return the server's hello."""
        await self.open()
        await self.send({"t": "join", "v": 1, "page": self.page, "pc": self.pc, "after": after})
        return await self.hear("hello")

    async def send(self, frame: Frame) -> None:
        await self.socket.send_json_to(frame)

    async def describe(self, to: str, sdp: str = OFFER["sdp"]) -> None:
        self.count += 1
        description = {"type": "offer", "sdp": sdp}
        await self.send({"t": "desc", "n": self.count, "pc": self.pc, "to": to, "d": description})

    async def suggest(self, to: str) -> None:
        self.count += 1
        await self.send({"t": "cand", "n": self.count, "pc": self.pc, "to": to, "c": CANDIDATE})

    async def hear(self, kind: str, timeout: float = PATIENCE) -> Frame:
        """The next frame of this kind; others before it are dropped."""
        while True:
            frame: Frame = await self.socket.receive_json_from(timeout=timeout)
            self.seq = frame.get("seq", self.seq)
            if frame["t"] == kind:
                return frame

    async def all_of(self, kind: str, *, by: "RoomPage") -> list[Frame]:
        """Every frame of this kind before a last word of `by`: what a room page says arrives in order.

        `by` is the page of the other side, or this page itself, whose question the server answers last.
        """
        last = {"t": "turn"} if by is self else {"t": "media", "mic": False, "cam": False, "spare": True}
        await by.send(last)
        heard: list[Frame] = []
        while True:
            frame: Frame = await self.socket.receive_json_from()
            self.seq = frame.get("seq", self.seq)
            if last.items() <= frame.items():
                return heard
            heard += [frame] if frame["t"] == kind else []

    async def closed(self, timeout: float = PATIENCE) -> int:
        """The code with which the server closes this socket; frames before it are dropped."""
        while True:
            event = await self.socket.receive_output(timeout=timeout)
            if event["type"] == "websocket.close":
                return int(event["code"])

    async def vanish(self) -> None:
        await self.socket.disconnect()


async def both(call: Consultation, clara: User, conrad: User) -> tuple[RoomPage, RoomPage]:
    """clara's and conrad's pages, both joined, both knowing of each other."""
    client, consultant = RoomPage(call.pk, clara, pc="c0000001"), RoomPage(call.pk, conrad, pc="d0000001")
    await client.join()
    await consultant.join()
    assert (await client.hear("peer"))["pc"] == "d0000001"
    return client, consultant


async def flood(page: RoomPage, frame: Frame) -> int:
    """One frame more than the server takes and then drops; the code of its close. See `few_frames`."""
    for _ in range(FEW + RoomConsumer.max_dropped + 1):
        await page.send(frame)
    return await page.closed()
