"""How two room pages exchange descriptions and candidates: a stream a side is the truth, a bell only wakes.

Redis keys, all of them dispensable (no money, no state): `rm:<id>:<role>` is who speaks for that side
(its socket `conn`, its peer connection `pc`, what is switched on), `sg:<id>:<role>` the frames *for* that
side; a frame's stream id is its `seq`; `rb:<id>:<role>` counts the bytes, `rc:...` the
connections of a minute.
Everything that checks and writes is one Lua script (`lua/`), so two processes cannot interleave.
"""

import json
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.core import valkey
from marketplace.live import publish
from sessions_app.models.consultation import CLIENT, CONSULTANT

Away = valkey.AWAY
KEEP_SECONDS = 3600
STREAM_LENGTH = 128
FROM_NOW = "0"

# What one side may do in one consultation; an honest call needs a tenth of it. Each new connection makes the
# other side's browser build its own anew; somebody who loads the page again and again makes 25 in a minute.
CONNECTIONS_A_MINUTE = 40
MOST = {"desc": 40, "cand": 300}  # for each peer connection, however often its socket came back
BYTES_A_MINUTE = 1024 * 1024

SCRIPTS = Path(__file__).parent / "lua"  # take, relay, tell, leave


@dataclass(frozen=True)
class Taken:
    """What a join found: the own generation, where the own stream ends, and who is on the other side."""

    gen: int
    end: str
    peer_here: bool
    peer_pc: str
    peer_media: dict[str, bool] = field(default_factory=dict)


@dataclass
class Side:
    """One page's hold on its side of one consultation; `conn` is random for each socket."""

    consultation_id: uuid.UUID
    role: str
    conn: str = field(default_factory=lambda: uuid.uuid4().hex)
    pc: str = ""
    seq: str = FROM_NOW

    @property
    def peer_role(self) -> str:
        return CONSULTANT if self.role == CLIENT else CLIENT

    @property
    def group(self) -> str:
        return group(self.consultation_id, self.role)

    @property
    def _keys(self) -> list[str]:
        room, own, peer = self.consultation_id, self.role, self.peer_role
        keys = [f"rm:{room}:{own}", f"rm:{room}:{peer}", f"sg:{room}:{own}", f"sg:{room}:{peer}"]
        return [*keys, f"rb:{room}:{own}", f"rc:{room}:{own}"]

    async def take(self, *, pc: str) -> Taken | None:
        """Become the page that speaks for this side; the one before is told. None: too many in a minute."""
        answer = await _run(
            "take", self._keys, self.conn, pc, KEEP_SECONDS, CONNECTIONS_A_MINUTE, STREAM_LENGTH
        )
        if answer[0] == "full":
            return None
        self.pc = pc
        await publish.bell(self.group, {"type": "room.taken", "conn": self.conn})
        await self._ring_peer()
        _, gen, end, conn, peer_pc, media = answer
        return Taken(int(gen), end, bool(conn), peer_pc, json.loads(media) if media else {})

    async def relay(self, frame: dict[str, Any]) -> str:
        """Send a description or a candidate to the connection it names: ok, lost, taken, stale_pc or rate."""
        kind = frame["t"]
        values = (self.conn, frame["pc"], frame["to"], json.dumps(frame), KEEP_SECONDS, STREAM_LENGTH)
        return await self._write("relay", *values, kind, MOST[kind], BYTES_A_MINUTE)

    async def tell_media(self, frame: dict[str, Any]) -> str:
        """Tell the other side what is switched on here; remembered for whoever joins later."""
        on = {name: value for name, value in frame.items() if name != "t"}
        return await self._write("tell", self.conn, json.dumps(on), json.dumps(frame), STREAM_LENGTH)

    async def leave(self, *, since: int) -> str:
        """This socket is gone; the peer connection may well live on."""
        down = json.dumps({"t": "peer", "ev": "down", "since": since})
        return await self._write("leave", self.conn, down, STREAM_LENGTH)

    async def missed(self) -> list[dict[str, Any]]:
        """Frames for this side since the last ones taken, each with its `seq`, in order."""
        entries = await valkey.bounded(
            valkey.for_this_loop().xrange(self._keys[2], min=f"({self.seq}", max="+")
        )
        if entries:
            self.seq = entries[-1][0]
        return [{**json.loads(fields["f"]), "seq": seq} for seq, fields in entries]

    async def resume(self, *, after: str, end: str) -> bool:
        """Go on behind `after`; False if the stream no longer knows it (Redis came back empty)."""
        known = after != FROM_NOW and await self._still_knows(after, end)
        self.seq = after if known else end
        return known or after == FROM_NOW

    async def holder(self) -> str | None:
        """The socket that speaks for this side now; None if nobody or if Redis forgot."""
        conn: str | None = await valkey.bounded(valkey.for_this_loop().hget(self._keys[0], "conn"))
        return conn

    async def _still_knows(self, after: str, end: str) -> bool:
        if _order(after) > _order(end):
            return False
        first = await valkey.bounded(valkey.for_this_loop().xrange(self._keys[2], count=1))
        length = await valkey.bounded(valkey.for_this_loop().xlen(self._keys[2]))
        return bool(first) and (_order(first[0][0]) <= _order(after) or length < STREAM_LENGTH)

    async def _write(self, script: str, *values: Any) -> str:
        answer = await _run(script, self._keys, *values)
        if answer[0] == "ok":
            await self._ring_peer()
        return str(answer[0])

    async def _ring_peer(self) -> None:
        await publish.bell(group(self.consultation_id, self.peer_role), {"type": "room.bell"})


def group(consultation_id: uuid.UUID, role: str) -> str:
    """The channel-layer group of the sockets of one side."""
    return f"room.{consultation_id}.{role}"


def _order(seq: str) -> tuple[int, int]:
    high, _, low = seq.partition("-")
    return int(high), int(low or 0)


async def _run(script: str, keys: list[str], *values: Any) -> list[str]:
    run = valkey.for_this_loop().register_script(_source(script))
    answer: list[str] = await valkey.bounded(run(keys=keys, args=values))
    return answer


@cache
def _source(script: str) -> str:
    return (SCRIPTS / f"{script}.lua").read_text()
