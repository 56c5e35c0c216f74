"""A browser that does not read, or sends half, at our real server: it goes, and nobody else notices."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from marketplace.embedded.processes import free_port, wait_until

ENOUGH = 300  # frames of 64 KiB: more than a kernel keeps for one connection


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    at = free_port()
    soon = {**os.environ, "QUARTER_TEST_RULES": "1", "QUARTER_REQUEST_SILENT_SECONDS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.tests.server.flood_server", str(at)], env=soon
    )
    try:
        assert wait_until(lambda: _is_open(at), 30)
        yield at
    finally:
        process.kill()
        process.wait()


def _is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def opened(port: int) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port}/", compression=None, max_size=None, max_queue=1)


def echo(line: ClientConnection) -> float:
    began = time.monotonic()
    line.send("hello")
    assert line.recv(timeout=10) == "hello"
    return time.monotonic() - began


def still_there(line: ClientConnection) -> int:
    """How many frames come before the connection ends."""
    for number in range(ENOUGH):
        try:
            line.recv(timeout=10)
        except ConnectionClosed:
            return number
    return ENOUGH


@pytest.mark.parametrize("way", ["short", "long"])
def test_a_browser_that_does_not_read_is_cut_and_holds_up_nobody(port: int, way: str) -> None:
    with opened(port) as asleep, opened(port) as awake:
        asleep.send(f"{way} {ENOUGH}")
        assert echo(awake) < 5
        assert still_there(asleep) < ENOUGH
        assert echo(awake) < 5


@pytest.mark.parametrize("way", ["short", "long"])
def test_a_browser_that_reads_gets_everything(port: int, way: str) -> None:
    with opened(port) as line:
        for _ in range(ENOUGH // 5):
            line.send(f"{way} 5")
            assert [len(line.recv(timeout=10)) for _ in range(5)] == [65_536] * 5


@pytest.mark.parametrize(
    "half", [b"", b"GET / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"]
)
def test_half_a_request_is_closed_and_a_socket_is_not(port: int, half: bytes) -> None:
    with opened(port) as quiet, socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(half)
        assert line.recv(1) == b""
        assert echo(quiet) < 10
