"""The stream of a side: what is kept, what is fenced off, what survives."""

from uuid import uuid4

import pytest

from sessions_app.room import signaling
from sessions_app.room.signaling import Side


@pytest.fixture(autouse=True)
def _silent_bells(monkeypatch: pytest.MonkeyPatch) -> None:
    async def bell(group: str, message: dict[str, object]) -> None:
        pass

    monkeypatch.setattr("marketplace.live.publish.bell", bell)


async def meet() -> tuple[Side, Side]:
    room = uuid4()
    client, consultant = Side(room, "client"), Side(room, "consultant")
    for side, pc in ((client, "c0000001"), (consultant, "d0000001")):
        taken = await side.take(pc=pc)
        assert taken is not None
        await side.resume(after="0", end=taken.end)
    return client, consultant


def candidate(n: int, pc: str = "c0000001", to: str = "d0000001") -> dict[str, object]:
    return {"t": "cand", "n": n, "pc": pc, "to": to, "c": None}


async def test_frames_arrive_in_order_and_once() -> None:
    client, consultant = await meet()
    for n in range(5):
        assert await client.relay(candidate(n)) == "ok"
    assert [frame["n"] for frame in await consultant.missed()] == [0, 1, 2, 3, 4]
    assert await consultant.missed() == []


async def test_generation_grows_with_every_new_socket_and_only_then() -> None:
    client, _ = await meet()
    again = await client.take(pc="c0000002")
    newer = await Side(client.consultation_id, "client").take(pc="c0000003")
    assert again and newer and (again.gen, newer.gen) == (1, 2)


async def test_socket_that_lost_its_side_cannot_write() -> None:
    client, consultant = await meet()
    await Side(client.consultation_id, "client").take(pc="c0000001")
    assert await client.relay(candidate(1)) == "taken"
    assert await client.leave(since=0) == "taken"
    assert [frame["t"] for frame in await consultant.missed()] == ["peer"]


async def test_frame_to_a_connection_that_was_replaced_is_stale() -> None:
    client, consultant = await meet()
    await consultant.take(pc="d0000002")
    assert await client.relay(candidate(1)) == "stale_pc"
    assert await client.relay(candidate(2, to="d0000002")) == "ok"


async def test_room_that_redis_forgot_is_lost_not_wrong(valkey) -> None:
    client, _ = await meet()
    valkey.flushdb()
    assert await client.relay(candidate(1)) == "lost"
    assert await client.holder() is None


async def test_more_was_missed_than_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signaling, "STREAM_LENGTH", 5)
    client, consultant = await meet()
    await client.relay(candidate(0))
    [*_, first] = await consultant.missed()
    for n in range(300):
        await client.relay(candidate(n))
    taken = await consultant.take(pc="d0000001")
    assert taken and await consultant.resume(after=first["seq"], end=taken.end) is False


async def test_side_may_not_announce_connections_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signaling, "CONNECTIONS_A_MINUTE", 2)
    client, _ = await meet()
    assert await client.take(pc="c0000002")
    assert await client.take(pc="c0000003") is None


async def test_nothing_is_kept_for_ever(valkey) -> None:
    await meet()
    assert all(0 < valkey.ttl(key) <= signaling.KEEP_SECONDS for key in valkey.scan_iter())
