"""The web process: what runs beside the requests, and leaving in order."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from daphne.http_protocol import WebRequest

from marketplace.management.commands import run_clock as run_clock_command
from marketplace.management.commands import serve


class FakeAgent:
    def __init__(self, *, hangs: bool = False, fails: bool = False) -> None:
        self.done: list[str] = []
        self._hangs = hangs
        self._fails = fails

    async def start(self) -> None:
        self.done.append("start")

    async def stop(self) -> None:
        self.done.append("stop")
        if self._fails:
            raise OSError("Valkey is away")
        if self._hangs:
            await asyncio.sleep(60)


@pytest.fixture
def agent(monkeypatch) -> FakeAgent:
    fake = FakeAgent()
    monkeypatch.setattr(serve, "agent", fake)
    return fake


@pytest.fixture
def clock(monkeypatch) -> list[str]:
    done: list[str] = []

    async def run(stop: asyncio.Event) -> None:
        done.append("start")
        await stop.wait()
        done.append("stop")

    monkeypatch.setattr(serve, "run_clock", run)
    return done


async def test_the_clock_runs_beside_the_requests_and_is_asked_to_stop(agent, clock):
    background = serve.Background(clock=True)
    await background.start()
    await asyncio.sleep(0)

    await background.leave()

    assert clock == ["start", "stop"]
    assert agent.done == ["start", "stop"]


async def test_without_the_clock_deadlines_are_somebody_elses(agent, clock):
    background = serve.Background(clock=False)
    await background.start()
    await background.leave()

    assert clock == []
    assert agent.done == ["start", "stop"]


@pytest.mark.parametrize("trouble", [{"hangs": True}, {"fails": True}])
async def test_an_agent_in_trouble_does_not_keep_the_process_from_leaving(monkeypatch, clock, trouble):
    monkeypatch.setattr(serve, "agent", FakeAgent(**trouble))
    monkeypatch.setattr(serve, "LEAVE_SECONDS", 0.05)
    background = serve.Background(clock=True)
    await background.start()
    await asyncio.sleep(0)
    began = time.monotonic()

    await background.leave()

    assert time.monotonic() - began < 1
    assert clock == ["start", "stop"]


async def test_a_clock_that_dies_ends_the_process(agent, monkeypatch):
    async def broken(stop: asyncio.Event) -> None:
        raise RuntimeError("no such column")

    stopped: list[bool] = []
    monkeypatch.setattr(serve, "run_clock", broken)
    monkeypatch.setattr(serve, "reactor", SimpleNamespace(stop=lambda: stopped.append(True)))
    background = serve.Background(clock=True)

    await background.start()
    await asyncio.sleep(0.01)

    assert background.failed
    assert stopped == [True]


class FakeRequest(WebRequest):
    def __init__(self) -> None:
        """Without daphne's own start: only its kind matters here."""


class FakeSocket:
    pass


def server_with(connections: dict[Any, Any], background: Any) -> serve.QuarterServer:
    server = serve.QuarterServer.__new__(serve.QuarterServer)
    server.background = background
    server.ports = []
    server.connections = connections
    return server


async def test_sockets_hear_good_bye_before_their_consumers_end(agent):
    order: list[str] = []

    async def consumer() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            order.append("consumer ended")

    class Background:
        async def leave(self) -> None:
            await asyncio.sleep(0.01)
            order.append("good-bye")

    task = asyncio.ensure_future(consumer())
    await asyncio.sleep(0)
    connections = {FakeSocket(): {"application_instance": task}, FakeSocket(): {"connected": 1}}

    await server_with(connections, Background())._leave()

    assert order == ["good-bye", "consumer ended"]


async def test_a_running_request_may_finish():
    done: list[str] = []

    async def view() -> None:
        await asyncio.sleep(0.05)
        done.append("answered")

    class Background:
        async def leave(self) -> None:
            return None

    task = asyncio.ensure_future(view())
    await server_with({FakeRequest(): {"application_instance": task}}, Background())._leave()

    assert done == ["answered"]


def test_the_first_forwarded_address_which_everybody_can_write_is_not_believed_by_daphne(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert serve.build_server("127.0.0.1", 8000, clock=False).proxy_forwarded_address_header is None


def test_daphne_writes_no_access_log_of_its_own():
    assert serve.build_server("127.0.0.1", 8000, clock=False).action_logger is None


async def test_the_clock_of_its_own_process_stops_when_told(monkeypatch):
    async def run(stop: asyncio.Event) -> None:
        asyncio.get_running_loop().call_later(0.01, stop.set)
        await stop.wait()

    monkeypatch.setattr(run_clock_command, "run_clock", run)

    await asyncio.wait_for(run_clock_command.until_told_to_stop(), 5)


def test_dead_peers_and_large_frames_have_their_limits():
    server = serve.build_server("127.0.0.1", 8000, clock=False)

    assert (server.ping_interval, server.ping_timeout) == (10, 15)
    assert (server.websocket_max_message_size, server.websocket_max_frame_size) == (131_072, 131_072)
    assert (server.application_close_timeout, server.websocket_timeout) == (5, 14_400)
