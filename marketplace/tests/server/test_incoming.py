"""A request that is too large gets its answer, and nothing of it is kept."""

import asyncio
import json
from typing import Any

import pytest
from django.test import Client
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from marketplace.core.rules import BODY_MAX_BYTES
from marketplace.management.commands import serve
from marketplace.server import bounded_requests

pytestmark = pytest.mark.django_db(transaction=True)

PIECE = b"x" * 100_000


class Browser:
    """A connection to the server as it runs, without a network: bytes in, bytes out, seconds as told."""

    def __init__(self) -> None:
        server = serve.build_server("127.0.0.1", 8000, clock=False)
        server.connections = {}
        server.http_factory = None
        self.clock = Clock()
        self.transport = StringTransport()
        self.channel = server.http_factory.buildProtocol(self.transport.getPeer())
        self.channel.callLater = self.clock.callLater
        self.channel.makeConnection(self.transport)

    def post(self, *headers: str) -> Any:
        """Send the head of a request; returns the request that the server made of it."""
        lines = ["POST / HTTP/1.1", "Host: localhost", *headers, "", ""]
        self.send("\r\n".join(lines).encode())
        return self.channel._channel.requests[-1]

    def send(self, data: bytes) -> None:
        self.channel.dataReceived(data)

    async def answer(self) -> tuple[int, str]:
        async with asyncio.timeout(20):
            while b"\r\n\r\n" not in self.transport.value():
                await asyncio.sleep(0.01)
        head, _, body = self.transport.value().decode().partition("\r\n\r\n")
        return int(head.split()[1]), body


def kept(request: Any) -> int:
    return int(request.content.seek(0, 2))


async def test_a_large_body_is_thrown_away_and_refused() -> None:
    browser = Browser()
    request = browser.post(f"Content-Length: {BODY_MAX_BYTES + 1}", "Accept: application/json")
    for _ in range(BODY_MAX_BYTES // len(PIECE)):
        browser.send(PIECE)
    assert kept(request) == 0

    browser.send(b"x")

    status, body = await browser.answer()
    assert (status, json.loads(body[body.index("{") : body.rindex("}") + 1])["code"]) == (413, "too_large")


async def test_a_body_of_unknown_length_is_thrown_away_when_it_is_too_large() -> None:
    browser = Browser()
    request = browser.post("Transfer-Encoding: chunked", "Accept: text/html")
    for _ in range(BODY_MAX_BYTES // len(PIECE) + 1):
        browser.send(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
    assert kept(request) == 0

    browser.send(b"0\r\n\r\n")

    status, body = await browser.answer()
    assert status == 413 and "you can send at most 6 MB at once" in body


async def test_the_largest_body_is_taken() -> None:
    browser = Browser()
    request = browser.post(f"Content-Length: {BODY_MAX_BYTES}")
    for _ in range(BODY_MAX_BYTES // len(PIECE) - 1):
        browser.send(PIECE)
    assert kept(request) == BODY_MAX_BYTES - len(PIECE)

    browser.send(PIECE)

    assert (await browser.answer())[0] == 403  # a form without its token, as a small one would be


@pytest.mark.parametrize("length", ["Content-Length: 1000000000", "Transfer-Encoding: chunked"])
async def test_who_sends_without_an_end_is_cut_off(length: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_requests, "READ_BYTES", 2 * BODY_MAX_BYTES)
    browser = Browser()
    browser.post(length)
    for _ in range(2 * BODY_MAX_BYTES // len(PIECE) + 1):
        if not browser.transport.disconnecting:
            browser.send(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))

    assert browser.transport.disconnecting
    assert browser.transport.value() == bounded_requests.CUT_OFF


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"


@pytest.mark.parametrize("half", [b"", b"G", HEAD[:20], HEAD[:-2], HEAD, HEAD + b"x"])
def test_half_a_request_is_closed_after_twenty_seconds_without_a_byte(half: bytes) -> None:
    browser = Browser()
    browser.send(half)

    browser.clock.advance(19.9)
    assert not browser.transport.disconnecting

    browser.clock.advance(0.2)
    assert browser.transport.disconnecting


async def test_a_slow_sender_is_waited_for_as_long_as_bytes_come() -> None:
    browser = Browser()
    for byte in HEAD + b"x" * 9:
        assert not browser.transport.disconnecting
        browser.send(bytes([byte]))
        browser.clock.advance(19.9)

    assert (await browser.answer())[0] == 403  # a form without its token: it was read to its end


async def test_an_answer_that_takes_long_is_not_cut_off() -> None:
    browser = Browser()
    browser.send(HEAD + b"x" * 9)
    browser.clock.advance(100)
    assert not browser.transport.disconnecting

    assert (await browser.answer())[0] == 403


def test_a_form_with_too_much_text_is_refused_in_words() -> None:
    answer = Client().post("/accounts/login/", {"login": "x" * 1_100_000})

    assert answer.status_code == 413
    assert "you can send at most 1 MB at once" in answer.content.decode()
