"""The short way to daphne's sockets: in order, complete, and never more than a bound."""

import pytest

from marketplace.live.wire import text_frame
from marketplace.server.raw_writes import MAX_UNSENT, Outgoing


class Transport:
    """A connection of Twisted's whose network takes `takes` bytes at once."""

    TLS = False

    def __init__(self, takes: int) -> None:
        self.takes, self.sent = takes, b""
        self.dataBuffer, self.offset, self._tempDataLen = b"", 0, 0

    def writeSomeData(self, data: bytes) -> int:
        self.sent += data[: self.takes]
        return min(self.takes, len(data))

    def write(self, data: bytes) -> None:
        self.dataBuffer += data


class Socket:
    STATE_OPEN = state = 3

    def __init__(self, takes: int) -> None:
        self.transport, self.send_queue, self.aborted = Transport(takes), [], False

    def dropConnection(self, abort: bool) -> None:
        self.aborted = abort


def test_a_frame_goes_out_at_once() -> None:
    socket = Socket(takes=1000)
    assert Outgoing(socket).write(b"news")
    assert (socket.transport.sent, socket.transport.dataBuffer) == (b"news", b"")


def test_what_the_network_does_not_take_follows_in_order() -> None:
    socket = Socket(takes=3)
    Outgoing(socket).write(b"first")
    Outgoing(socket).write(b"second")
    assert socket.transport.sent + socket.transport.dataBuffer == b"firstsecond"


def test_a_browser_that_does_not_read_is_cut_before_it_costs_much() -> None:
    socket = Socket(takes=0)
    for _ in range(MAX_UNSENT // 1000):
        Outgoing(socket).write(b"x" * 1000)
    assert not socket.aborted
    Outgoing(socket).write(b"x" * 1000)
    assert socket.aborted


def test_a_socket_that_is_closing_is_left_to_the_ordinary_way() -> None:
    socket = Socket(takes=1000)
    socket.state = 2
    assert not Outgoing(socket).write(b"news")
    assert socket.transport.sent == b""


@pytest.mark.parametrize(("length", "head"), [(5, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_a_frame_of_any_length_has_its_head(length: int, head: int) -> None:
    data = text_frame("x" * length)
    assert (data[0], len(data)) == (0x81, head + length)
