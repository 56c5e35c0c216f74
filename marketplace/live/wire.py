"""News for many sockets: its bytes are made once and put on each wire as they are."""

import struct
from functools import cached_property
from typing import Protocol

EXTENSION = "quarter.wire"  # in an ASGI scope, where the server offers it
_TEXT, _LAST = 0x1, 0x80


class Wire(Protocol):
    """A server's shortest way to one browser."""

    def write(self, data: bytes) -> bool:
        """Send finished frames, at once and in order; False if only the ordinary way is open."""
        ...


class Telling:
    """What one or many sockets are told: as texts for the ordinary way, as bytes for the short one."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    @cached_property
    def data(self) -> bytes:
        return b"".join(map(text_frame, self.texts))


def text_frame(text: str) -> bytes:
    """An unfragmented, uncompressed, unmasked frame, as a server sends it (RFC 6455, 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", _LAST | _TEXT, length)
    elif length < 65_536:
        head = struct.pack("!BBH", _LAST | _TEXT, 126, length)
    else:
        head = struct.pack("!BBQ", _LAST | _TEXT, 127, length)
    return head + payload
