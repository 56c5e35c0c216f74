"""The socket of a room page, `/ws/room/<uuid>/`: what two browsers need to meet, never media."""

import asyncio
import logging
import time
import uuid
from datetime import timedelta
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import translation

from accounts.models import User
from marketplace.live.agent import BYE
from marketplace.live.consumer import (
    NOT_FOUND,
    NOT_SIGNED_IN,
    OVER,
    TAKEN_OVER,
    TOO_FAST,
    TRY_LATER,
    Frame,
    Refused,
)
from marketplace.live.hub import hub
from sessions_app.calls.attendance import enter
from sessions_app.chat.feature import ChatFrames
from sessions_app.errors import CallOver
from sessions_app.models.consultation import CLIENT
from sessions_app.room import frames, ice
from sessions_app.room.facts import RoomFacts, clock_frame, has_moved, room_facts
from sessions_app.room.roll_call import Answer, witness
from sessions_app.room.signaling import Away, Side
from sessions_app.states import State

log = logging.getLogger(__name__)
_has_moved = database_sync_to_async(has_moved, thread_sensitive=False)

JOIN_SECONDS = 5.0
SAFETY_POLL_TICKS = 3  # every third question of the witness also looks for what was not told
LIMITS = {
    "frame": frames.FRAME_BYTES,
    "sdp": frames.SDP_CHARS,
    "cand": frames.CANDIDATE_CHARS,
    "rate": 30,
    "burst": 120,
}


class RoomConsumer(ChatFrames):
    """Room and role come from the signed-in person and the address, never from a frame."""

    handlers: ClassVar[dict[str, str]] = {
        "join": "come_in",
        "desc": "relay",
        "cand": "relay",
        "media": "tell_media",
        "health": "note_health",
        "beat": "beat",
        "turn": "send_turn",
        "leave": "go_out",
        "watch": "look_on",
        "say": "say",
        "chat_after": "hear_chat",
        "typing": "tell_typing",
    }
    events: ClassVar[dict[str, str]] = {
        "room.bell": "bell",
        "room.taken": "taken",
        "room.typing": "typing",
    }
    max_frame = frames.FRAME_BYTES
    rate = LIMITS["rate"]
    burst = LIMITS["burst"]

    facts: RoomFacts
    clock: Frame
    read_at: float
    side: Side
    page_id: str = ""
    in_room: bool = False
    asked: int = 0
    acknowledged: int = 0
    waiting_for_join: asyncio.Task[None] | None = None
    looking: asyncio.Task[None] | None = None

    # --- coming and going -----------------------------------------------------------------------------
    async def admit(self) -> None:
        """Only the two people, and only while there is a call."""
        if not self.user.is_authenticated:
            raise Refused(NOT_SIGNED_IN)
        facts = await self._read()
        if facts is None:
            raise Refused(NOT_FOUND)
        if not facts.consultation.open_at(facts.now):
            raise Refused(OVER)
        self.facts = facts
        self.side = Side(facts.consultation.pk, facts.role)
        self.delivering = asyncio.Lock()

    async def opened(self) -> None:
        self.waiting_for_join = asyncio.create_task(self._join_in_time())
        try:
            await self.join(self.side.group)
        except Away:
            await self.shut(TRY_LATER)

    async def cleanup(self) -> None:
        for task in (self.waiting_for_join, self.looking):
            if task and task is not asyncio.current_task():
                task.cancel()
        if hasattr(self, "side"):
            hub.leave(self, [self.topic])
            self.stop_hearing_chat()
        if not self.in_room:
            return
        witness().remove(self)
        await self.side.leave(since=int(time.time() * 1000))

    async def come_in(self, frame: Frame) -> None:
        """`join`: this page speaks for its side from now on, whoever did before."""
        if await self._refused(frame):
            return
        try:
            await self._take_side(frame["page"], frame["pc"], frame["after"])
        except Away:
            await self.shut(TRY_LATER)
        except CallOver:
            await self._over()

    async def look_on(self, frame: Frame) -> None:
        """`watch`: a page whose person left waits for news without speaking for a side."""
        if await self._refused(frame):
            return
        if self.waiting_for_join:
            self.waiting_for_join.cancel()
        hub.join(self, [self.topic])
        await self.deliver([])

    async def go_out(self, frame: Frame) -> None:
        """`leave`: the page closes; a new one may come at any time."""
        if not await self._refused(frame):
            await self.shut(1000)

    async def _take_side(self, page: str, pc: str, after: str) -> None:
        taken = await self.side.take(pc=pc)
        if taken is None:
            await self.shut(TOO_FAST)
            return
        resumed = await self.side.resume(after=after, end=taken.end)
        await database_sync_to_async(enter)(consultation_id=self.side.consultation_id, user=self.user)
        self.page_id = page
        self._watch()
        await self._refresh()
        await self.send_frame(self._hello(taken, resumed))
        await self._deliver()
        await self.ask()

    def _watch(self) -> None:
        """Hear of moves and be asked by the witness, once."""
        witness().forget((self.side.consultation_id, self.side.role))
        if not self.in_room:
            self.in_room = True
            hub.join(self, [self.topic])
            witness().add(self)

    def _hello(self, taken: Any, resumed: bool) -> Frame:
        return {
            **self.clock,
            "t": "hello",
            "sid": str(self.side.consultation_id),
            "role": self.side.role,
            "polite": self.side.role == CLIENT,
            "gen": taken.gen,
            "resumed": resumed,
            "peer": {"here": taken.peer_here, "pc": taken.peer_pc, "media": taken.peer_media},
            "ice": self._ice(),
            "lim": LIMITS,
        }

    async def _join_in_time(self) -> None:
        await asyncio.sleep(JOIN_SECONDS)
        if not self.in_room:
            await self.shut(TRY_LATER)

    # --- between the two pages --------------------------------------------------------------------------
    async def relay(self, frame: Frame) -> None:
        """`desc`, `cand`: to the peer connection that the frame names, if the other side still has it."""
        if await self._refused(frame):
            return
        if self._time_is_up():
            await self._strike("state")
            return
        await self._answer_to(await self._try(self.side.relay(frame)), frame)

    async def tell_media(self, frame: Frame) -> None:
        """`media`: what is switched on here."""
        if not await self._refused(frame):
            await self._answer_to(await self._try(self.side.tell_media(frame)), frame)

    async def send_turn(self, frame: Frame) -> None:
        """`turn`: fresh credentials before an ICE restart."""
        if not await self._refused(frame):
            await self._refresh()
            await self.send_frame({"t": "turn", **self._ice()})

    async def note_health(self, frame: Frame) -> None:
        """`health`: how the connection goes, for whoever reads the log; pages send changes only."""
        if not await self._refused(frame):
            known = {name: frame[name] for name in ("ice", "rtt", "loss")}
            room = {"room": str(self.side.consultation_id), "role": self.side.role}
            log.info("call path", extra={"fields": {**room, **known}})

    async def bell(self, event: dict[str, Any]) -> None:
        """There is something in the stream of this side."""
        if self.in_room:
            await self._deliver()

    async def taken(self, event: dict[str, Any]) -> None:
        """Another page spoke up for this side: the newest wins.

        Valkey says which that is: the bell of an older page may arrive after this one took over.
        """
        if self.in_room and event["conn"] != self.side.conn:
            await self._look_again()

    async def _try(self, call: Any) -> str:
        try:
            return str(await call)
        except Away:
            return "away"

    async def _answer_to(self, outcome: str, frame: Frame) -> None:
        if outcome == "stale_pc":
            await self.err("stale_pc", re=frame.get("n"))
        elif outcome == "rate":
            await self._strike("rate")
        elif outcome == "taken":
            await self._taken_over()
        elif outcome in ("lost", "away"):
            # Redis forgot this room or is away: the page comes again and both sides send what is pending.
            await self.shut(TRY_LATER)

    async def _deliver(self) -> None:
        async with self.delivering:
            try:
                missed = await self.side.missed()
            except Away:
                return
            for frame in missed:
                await self.send_frame(frame)

    async def _taken_over(self) -> None:
        await self.send_frame({"t": "bye", "code": "taken_over"})
        await self.shut(TAKEN_OVER)

    # --- the witness ------------------------------------------------------------------------------------
    async def ask(self) -> None:
        """The server's question; the page answers `beat` from its message handler."""
        if self.facts.consultation.is_final and self._time_is_up():
            await self._over()  # the goodbye is over: nothing in the database moves at that moment
            return
        self.asked += 1
        await self.send_frame({"t": "beat", "ack": self.acknowledged})
        if self.asked % SAFETY_POLL_TICKS == 0 and (self.looking is None or self.looking.done()):
            # Beside the question, not before the next one: a Redis that is away must not silence the witness.
            self.looking = asyncio.create_task(self._look_again())

    def acknowledge(self, count: int) -> None:
        """That answer is in the database."""
        self.acknowledged = max(self.acknowledged, count)

    async def beat(self, frame: Frame) -> None:
        """`beat`: whether this page heard the other side in the last two seconds."""
        if await self._refused(frame):
            return
        answer = Answer(self, self.page_id, frame["n"], frame["unbroken"], time.monotonic())
        key = (self.side.consultation_id, self.side.role)
        witness().answered(key, answer, contact=frame["contact"])

    async def _look_again(self) -> None:
        await self.tell_written()
        await self._tell_lost_move()
        try:
            holder = await self.side.holder()
        except Away:
            return
        if holder is None:
            await self.shut(TRY_LATER)
        elif holder != self.side.conn:
            await self._taken_over()
        else:
            await self._deliver()

    async def _tell_lost_move(self) -> None:
        """The news of a move, even of the end, may be lost (a process killed after its commit)."""
        try:
            moved = await _has_moved(since=self.facts.consultation)
        except DatabaseError:
            return  # the next question finds the same
        if moved and not self.closed:
            await self.deliver([])

    # --- the clock ----------------------------------------------------------------------------------------
    @property
    def topic(self) -> str:
        return f"q:{self.side.consultation_id}"

    @property
    def viewer(self) -> int:
        return int(self.user.pk)

    async def too_slow(self) -> None:
        """This browser does not read: it comes back when it can."""
        await self.shut(TRY_LATER)

    async def deliver(self, texts: list[str]) -> None:
        """From the hub: the consultation moved (its rendered pieces are for other pages), or we shut down."""
        if BYE in texts:
            await self.send_text(BYE)
            return
        witness().forget((self.side.consultation_id, self.side.role))
        await self._refresh()
        await self.send_frame(self.clock)
        if not self.facts.consultation.open_at(self.facts.now):
            await self._over()

    async def _over(self) -> None:
        await self.send_frame({"t": "bye", "code": "ended"})
        await self.shut(OVER)

    async def _refresh(self) -> None:
        self.facts = await self._read() or self.facts

    async def _read(self) -> RoomFacts | None:
        """The facts, and the clock frame of the same moment: both need the database."""
        room: uuid.UUID = self.scope["url_route"]["kwargs"]["consultation_id"]
        found: tuple[RoomFacts, Frame] | None = await database_sync_to_async(_facts_and_clock)(
            consultation_id=room, user=self.user, language=self.language
        )
        self.read_at = time.monotonic()
        if found is None:
            return None
        facts, self.clock = found
        return facts

    def _ice(self) -> dict[str, Any]:
        label = f"{str(self.side.consultation_id)[:8]}-{self.side.role}"
        return ice.servers(label=label, now=self.facts.now, relay_only=self.user.relay_only)

    def _time_is_up(self) -> bool:
        """By the last copy of the facts: the end is behind us, whether or not somebody wrote it down."""
        talk = self.facts.consultation
        at = self.facts.now + timedelta(seconds=time.monotonic() - self.read_at)
        late = talk.state == State.LIVE and talk.ends_at is not None and talk.ends_at <= at
        return late or not talk.open_at(at)

    async def _refused(self, frame: Frame) -> bool:
        """Whether a frame is not as it must be, or came before `join`."""
        problem = frames.shape_problem(frame)
        if problem is None and not self.in_room and frame["t"] not in ("join", "watch"):
            problem = "state"
        if problem:
            await self._strike(problem)
        return problem is not None


def _facts_and_clock(
    *, consultation_id: uuid.UUID, user: User, language: str
) -> tuple[RoomFacts, Frame] | None:
    # The hub and the witness, too, have a socket read: then the language is not that of the calling task.
    with translation.override(language):
        facts = room_facts(consultation_id=consultation_id, user=user)
        return (facts, clock_frame(facts)) if facts else None
