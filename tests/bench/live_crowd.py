"""Thousands of browsers in one process, as cheap as can be: one epoll loop, no task and no thread each.

JSON lines: a command on standard input, its answer on standard output. Every path that `live.py` compares
is watched by this same client, so what the client costs is the same for all.
"""

import json
import os
import re
import selectors
import socket
import struct
import sys
import time
from collections.abc import Callable

DOT = '"id":"pr-[0-9]+","v":([0-9]+)'
AT_ONCE = 40
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nCookie: {cookie}\r\n\r\n"
)
MASK = b"\0\0\0\0"  # a mask of zeros is a mask: nothing has to be computed


def frame(kind: int, payload: bytes) -> bytes:
    """A frame as a browser sends it."""
    if len(payload) < 126:
        return struct.pack("!BB", 0x80 | kind, 0x80 | len(payload)) + MASK + payload
    return struct.pack("!BBH", 0x80 | kind, 0x80 | 126, len(payload)) + MASK + payload


class Browser:
    """One socket: its handshake, its frames, an answer to every ping."""

    __slots__ = ("buffer", "crowd", "line", "open", "port", "ready")

    def __init__(self, crowd: "Crowd", port: int) -> None:
        self.crowd, self.port, self.buffer, self.open, self.ready = crowd, port, b"", False, False
        self.line = socket.socket()
        self.line.setblocking(False)
        self.line.connect_ex(("127.0.0.1", port))

    def connected(self) -> None:
        self.line.send(self.crowd.handshakes[self.port])

    def heard(self) -> bool:
        """Read what there is; False when the server closed."""
        try:
            data = self.line.recv(262_144)
        except BlockingIOError:
            return True
        except OSError:
            return False
        at = time.monotonic()
        self.buffer = self.buffer + data if self.buffer else data
        if not self.open:
            self._handshaken()
        if self.open:
            self._frames(at)
        return bool(data)

    def _handshaken(self) -> None:
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise SystemExit(f"refused: {head.decode(errors='replace')}")
        self.open, self.buffer = True, rest
        if self.crowd.hello:
            self.line.send(frame(TEXT, self.crowd.hello))
        else:
            self._is_ready()

    def _is_ready(self) -> None:
        if not self.ready:
            self.ready = True
            self.crowd.ready += 1

    def _frames(self, at: float) -> None:
        data, start = self.buffer, 0
        while len(data) - start >= 2:
            length, head = data[start + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[start + 2 : start + 4]), 4
            elif length == 127:
                length, head = int.from_bytes(data[start + 2 : start + 10]), 10
            end = start + head + length
            if len(data) < end:
                break
            self._frame(data[start] & 15, data[start + head : end], at)
            start = end
        self.buffer = data[start:]

    def _frame(self, kind: int, payload: bytes, at: float) -> None:
        if kind == TEXT:
            self._is_ready()
            found = self.crowd.version.search(payload)
            if found:
                self.crowd.log.append((id(self), int(found[1]), at))
                self.crowd.last = payload
        elif kind == PING:
            self.line.send(frame(PONG, payload))


class Crowd:
    """The browsers that look at one thing, spread over the server processes."""

    def __init__(self, ports: list[int], path: str, hello: str, cookie: str, pattern: str) -> None:
        self.hello, self.version = hello.encode(), re.compile(pattern.encode())
        self.browsers: list[Browser] = []
        self.ready = 0
        self.log: list[tuple[int, int, float]] = []
        self.last = b""
        values = {"path": path, "cookie": cookie}
        self.handshakes = {port: HANDSHAKE.format(port=port, **values).encode() for port in ports}

    def count_in(self, version: int, first: dict[int, float]) -> int:
        """Move what was heard of this version or a later one into `first`; answers how many know it."""
        for browser, seen, at in self.log:
            if seen >= version:
                first.setdefault(browser, at)
        self.log.clear()
        return len(first)


class Loop:
    """Crowds by name, and the orders of the bench."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        self.crowds: dict[str, Crowd] = {}
        self.orders = b""

    def run(self) -> None:
        while True:
            self.turn(None)
            while b"\n" in self.orders:
                line, _, self.orders = self.orders.partition(b"\n")
                order = json.loads(line)
                answer = getattr(self, f"do_{order.pop('do')}")(**order)
                sys.stdout.write(json.dumps({"result": answer}) + "\n")
                sys.stdout.flush()

    def turn(self, seconds: float | None) -> None:
        for key, _events in self.selector.select(seconds):
            if key.data is None:
                self._read_orders()
            elif key.events & selectors.EVENT_WRITE:
                key.data.connected()
                self.selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
            elif not key.data.heard():
                self._lost(key.data)

    def _read_orders(self) -> None:
        data = os.read(sys.stdin.fileno(), 65_536)
        if not data:
            raise SystemExit
        self.orders += data

    def _lost(self, browser: Browser) -> None:
        self.selector.unregister(browser.line)
        browser.line.close()
        browser.crowd.browsers.remove(browser)

    def _until(self, done: Callable[[], bool], seconds: float) -> bool:
        ends = time.monotonic() + seconds
        while not done() and time.monotonic() < ends:
            self.turn(0.2)
        return done()

    # --- orders ---------------------------------------------------------------------------------------
    def do_open(
        self,
        name: str,
        ports: list[int],
        path: str,
        count: int,
        hello: str = "",
        cookie: str = "",
        pattern: str = DOT,
    ) -> float:
        """Open that many sockets; answers when each got its first frame, with the seconds it took."""
        crowd = self.crowds[name] = Crowd(ports, path, hello, cookie, pattern)
        began = time.monotonic()
        for number in range(count):
            browser = Browser(crowd, ports[number % len(ports)])
            crowd.browsers.append(browser)
            self.selector.register(browser.line, selectors.EVENT_WRITE, browser)
            self._until_ready(crowd, number + 1 - AT_ONCE)
        self._until_ready(crowd, count)
        return time.monotonic() - began

    def _until_ready(self, crowd: Crowd, least: int) -> None:
        if not self._until(lambda: crowd.ready >= least, 60):
            raise SystemExit(f"only {crowd.ready} of {least} came in")

    def do_arm(self, name: str) -> int:
        """Forget what was heard; answers how many sockets there are."""
        self.crowds[name].log.clear()
        return len(self.crowds[name].browsers)

    def do_wait(self, name: str, version: int, seconds: float) -> list[float]:
        """When each of them heard of this version (fewer, if that took longer)."""
        crowd = self.crowds[name]
        first: dict[int, float] = {}
        self._until(lambda: crowd.count_in(version, first) >= len(crowd.browsers), seconds)
        return sorted(first.values())

    def do_last(self, name: str) -> str:
        """The last frame with a version."""
        return self.crowds[name].last.decode()

    def do_close(self, name: str) -> None:
        for browser in list(self.crowds.pop(name).browsers):
            self._lost(browser)


if __name__ == "__main__":
    Loop().run()
