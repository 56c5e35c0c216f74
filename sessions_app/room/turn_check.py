"""Checks the TURN servers by a short allocation, with the credentials that a call would get (RFC 8656)."""

import hashlib
import hmac
import os
import re
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.core.time import now
from sessions_app.room import ice

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

SECONDS = 2.0
FRESH_SECONDS = 60.0
URL = re.compile(r"(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?\Z")

ALLOCATE, REFRESH = 0x0003, 0x0004
ALLOCATED, REFUSED = 0x0103, 0x0113
USERNAME, INTEGRITY, ERROR, LIFETIME, REALM, NONCE, TRANSPORT = 6, 8, 9, 13, 20, 21, 25
OVER_UDP = struct.pack("!Bxxx", 17)
COOKIE = 0x2112A442
UNAUTHORIZED = 401

Attributes = list[tuple[int, bytes]]


@dataclass(frozen=True)
class RelayState:
    """The answer of one address of the relay; `words` are for staff."""

    url: str
    ok: bool
    words: "StrOrPromise"


@dataclass(frozen=True)
class Reply:
    """A STUN answer: its kind and the first attribute of each type."""

    kind: int
    attributes: dict[int, bytes]

    @property
    def error(self) -> int:
        value = self.attributes.get(ERROR, b"\0\0\0\0")
        return (value[2] & 7) * 100 + value[3]


class Line:
    """A connection to one address; each question waits at most SECONDS for its answer."""

    def __init__(self, url: str) -> None:
        found = URL.match(url)
        if found is None:
            raise ValueError(url)
        scheme, host, port, transport = found.groups()
        self.datagrams = (transport or ("tcp" if scheme == "turns" else "udp")) == "udp"
        place = (host.strip("[]"), int(port or (5349 if scheme == "turns" else 3478)))
        kind = socket.SOCK_DGRAM if self.datagrams else socket.SOCK_STREAM
        [(family, *_, address), *_] = socket.getaddrinfo(*place, type=kind)
        plain = socket.socket(family, kind)
        plain.settimeout(SECONDS)
        self.socket: socket.socket = plain
        try:
            plain.connect(address)
            if scheme == "turns":
                self.socket = ssl.create_default_context().wrap_socket(plain, server_hostname=place[0])
        except OSError:
            plain.close()
            raise

    def ask(self, kind: int, attributes: Attributes, key: bytes = b"") -> Reply:
        """Send a request, signed if there is a key; datagrams are sent three times if need be."""
        packet = packed(kind, attributes, key)
        tries = 3 if self.datagrams else 1
        self.socket.settimeout(SECONDS / tries)
        for left in reversed(range(tries)):
            self.socket.sendall(packet)
            try:
                return unpacked(self._answer_to(packet))
            except TimeoutError:
                if not left:
                    raise
        raise TimeoutError

    def _answer_to(self, packet: bytes) -> bytes:
        """By the question's number: a late second answer to the one before says nothing here."""
        for _attempt in range(10):
            answer = self._read()
            if answer[8:20] == packet[8:20]:
                return answer
        raise TimeoutError

    def _read(self) -> bytes:
        if self.datagrams:
            return self.socket.recv(2048)
        head = self._exactly(20)
        return head + self._exactly(int.from_bytes(head[2:4], "big"))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionResetError
            data += more
        return data


def packed(kind: int, attributes: Attributes, key: bytes = b"") -> bytes:
    """A STUN message; with a key its last attribute proves who sent it."""
    body = b"".join(
        struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes
    )
    signed = 24 if key else 0
    head = struct.pack("!HHI", kind, len(body) + signed, COOKIE) + os.urandom(12)
    if not key:
        return head + body
    digest = hmac.new(key, head + body, hashlib.sha1).digest()
    return head + body + struct.pack("!HH", INTEGRITY, 20) + digest


def unpacked(packet: bytes) -> Reply:
    """The kind of a STUN message and its attributes by number (RFC 8489, section 5)."""
    kind, length, _ = struct.unpack("!HHI", packet[:8])
    attributes: dict[int, bytes] = {}
    at, end = 20, 20 + length
    while at + 4 <= end:
        name, size = struct.unpack("!HH", packet[at : at + 4])
        attributes.setdefault(name, packet[at + 4 : at + 4 + size])
        at += 4 + size + -size % 4
    return Reply(kind, attributes)


def allocate(url: str, username: str, password: str) -> int:
    """Take a relayed address and give it back; 0 if that went well, else the server's error code.

    Raises OSError (TimeoutError among them) if nobody answers there.
    """
    line = Line(url)
    with line.socket:
        first = line.ask(ALLOCATE, [(TRANSPORT, OVER_UDP)])
        if first.error != UNAUTHORIZED:
            return first.error or 500
        realm, nonce = first.attributes[REALM], first.attributes[NONCE]
        who = [(USERNAME, username.encode()), (REALM, realm), (NONCE, nonce)]
        key = hashlib.md5(b":".join((username.encode(), realm, password.encode()))).digest()  # noqa: S324
        second = line.ask(ALLOCATE, [(TRANSPORT, OVER_UDP), *who], key)
        if second.kind == ALLOCATED:
            line.ask(REFRESH, [(LIFETIME, bytes(4)), *who], key)
        return second.error


def state_of(url: str, at: datetime) -> RelayState:
    """Try one address with the current secret, and with the previous one if that is refused."""
    try:
        code = _try(url, settings.TURN_SECRET, at)
        before = settings.TURN_SECRET_PREVIOUS
        if code == UNAUTHORIZED and before and _try(url, before, at) == 0:
            return RelayState(url, False, _("401: it only knows the previous secret. Restart coturn."))
    except TimeoutError:
        return RelayState(url, False, _("no answer"))
    except (OSError, ValueError, KeyError, struct.error, IndexError) as problem:
        words = format_lazy(_("no answer ({problem})"), problem=type(problem).__name__)
        return RelayState(url, False, words)
    if code == UNAUTHORIZED:
        return RelayState(url, False, _("401: wrong secret"))
    return RelayState(url, code == 0, format_lazy(_("refused ({code})"), code=code) if code else _("answers"))


def _try(url: str, secret: str, at: datetime) -> int:
    username, _ = ice.user_name(label="health", now=at)
    return allocate(url, username, ice.credential(secret=secret, username=username))


class Watch:
    """The last answers of all addresses. A thread of its own asks them, so no request waits for a relay."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.states: list[RelayState] = []
        self.asked_at = -FRESH_SECONDS
        self.asking: threading.Thread | None = None

    def look(self) -> list[RelayState]:
        """The last answers; a check starts if they are older than a minute."""
        with self.lock:
            busy = self.asking is not None and self.asking.is_alive()
            if ice.has_relay() and not busy and time.monotonic() - self.asked_at >= FRESH_SECONDS:
                self.asking = threading.Thread(target=self._ask, args=(now(),), daemon=True)
                self.asking.start()
        known = {state.url: state for state in self.states}
        if not ice.has_relay():
            return []
        return [known.get(url, RelayState(url, False, _("checking"))) for url in settings.TURN_URLS]

    def _ask(self, at: datetime) -> None:
        self.states = [state_of(url, at) for url in settings.TURN_URLS]
        self.asked_at = time.monotonic()


watch = Watch()
