"""The base of every socket: caps, kind failures, sure cleanup."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from marketplace.live.consumer import (
    NO_LAYER,
    NOT_SIGNED_IN,
    TOO_BIG,
    TOO_FAST,
    BaseConsumer,
    Refused,
    TokenBucket,
)
from tests.support.sockets import Socket, until


class Echo(BaseConsumer):
    channel_layer_alias = NO_LAYER
    handlers = {"echo": "echo", "boom": "boom", "slow": "slow"}
    max_frame = 200
    cleaned: list[str] = []
    busy: list[str] = []

    async def echo(self, frame: dict[str, Any]) -> None:
        await self.send_frame({"t": "echo", "x": frame.get("x")})

    async def boom(self, frame: dict[str, Any]) -> None:
        raise LookupError("secret detail")

    async def slow(self, frame: dict[str, Any]) -> None:
        Echo.busy.append("busy")
        await asyncio.sleep(60)

    async def cleanup(self) -> None:
        Echo.cleaned.append("done")


class MembersOnly(Echo):
    async def admit(self) -> None:
        raise Refused(NOT_SIGNED_IN)


class Broken(Echo):
    async def admit(self) -> None:
        raise LookupError


def socket_to(consumer: type[BaseConsumer]) -> Socket:
    Echo.cleaned.clear()
    Echo.busy.clear()
    communicator = Socket(consumer.as_asgi(), "/ws/test/")
    communicator.scope["user"] = AnonymousUser()
    return communicator


async def test_known_frame_reaches_its_method() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.send_json_to({"t": "echo", "x": 1})
    assert await socket.receive_json_from() == {"t": "echo", "x": 1}
    await socket.disconnect()


async def test_exception_keeps_the_socket_and_tells_no_detail() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.send_json_to({"t": "boom"})
    assert await socket.receive_json_from() == {"t": "err", "code": "server"}
    await socket.send_json_to({"t": "echo", "x": 2})
    assert (await socket.receive_json_from())["x"] == 2
    await socket.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"t":7}',
        '{"t":"nothing"}',
        '{"t":"cleanup"}',
        '{"t":"websocket_connect"}',
        '{"type":"websocket.disconnect"}',
        "[" * 190,
    ],
)
async def test_hand_made_frame_is_refused_and_calls_nothing(text: str) -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.send_to(text_data=text)
    assert await socket.receive_json_from() == {"t": "err", "code": "shape"}
    assert Echo.cleaned == []
    await socket.disconnect()


async def test_binary_frame_is_refused() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.send_to(bytes_data=b"\x00")
    assert await socket.receive_json_from() == {"t": "err", "code": "shape"}
    await socket.disconnect()


async def test_oversize_frame_closes_4413() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.send_to(text_data="ä" * 101)
    assert (await socket.receive_output())["code"] == TOO_BIG


async def test_flood_is_dropped_then_closed_4429() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    for _ in range(150):
        await socket.send_json_to({"t": "echo"})
    seen: list[Any] = []
    while not seen or seen[-1]["type"] != "websocket.close":
        seen.append(await socket.receive_output())
    assert seen[-1]["code"] == TOO_FAST
    await socket.disconnect()
    assert 40 <= sum('"t":"echo"' in frame.get("text", "") for frame in seen) <= 60


async def test_refused_socket_is_told_why() -> None:
    socket = socket_to(MembersOnly)
    await socket.connect()
    assert (await socket.receive_output())["code"] == NOT_SIGNED_IN


async def test_failure_at_the_door_closes_with_a_code_to_come_back_after() -> None:
    socket = socket_to(Broken)
    connected, code = await socket.connect()
    assert (connected, code) == (False, 4011)


async def test_cleanup_runs_after_an_ordinary_close() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.disconnect()
    assert Echo.cleaned == ["done"]


async def test_cleanup_runs_when_the_server_cancels_a_busy_handler() -> None:
    socket = socket_to(Echo)
    await socket.connect()
    await socket.send_json_to({"t": "slow"})
    assert await until(lambda: Echo.busy)
    socket.stop(exceptions=False)
    assert await until(lambda: Echo.cleaned)
    assert Echo.cleaned == ["done"]


def test_bucket_gives_its_burst_then_its_rate() -> None:
    bucket = TokenBucket(rate=10, burst=3, started=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(0.1)
    assert not bucket.take(0.15)
