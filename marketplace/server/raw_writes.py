"""daphne's send queue: a fast path for news to many sockets, and a limit for browsers that do not read."""

from typing import Any

MAX_UNSENT = 512 * 1024


class Outgoing:
    """The wire (marketplace/live/wire.py) of one daphne socket."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def write(self, data: bytes) -> bool:
        """Send finished frames; bytes that the network does not take immediately wait in the usual queue."""
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN or protocol.send_queue:
            return False
        transport = protocol.transport
        if getattr(transport, "TLS", True):  # it has no socket of its own
            transport.write(data)
        elif rest := data[_sent_at_once(transport, data) :]:
            transport.write(rest)
            drop_who_does_not_read(protocol)
        return True


def _sent_at_once(transport: Any, data: bytes) -> int:
    # The reactor would ask the kernel twice about each socket before it sends: with a thousand sockets that
    # is most of the time of a broadcast.
    if unsent(transport):
        return 0
    sent = transport.writeSomeData(data)
    return sent if isinstance(sent, int) else 0  # the reading side detects a lost connection


def unsent(transport: Any) -> int:
    """Bytes in this process that a browser has not read yet; 0 if the transport does not say."""
    buffered = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
    return int(buffered + getattr(transport, "_tempDataLen", 0))


def drop_who_does_not_read(protocol: Any) -> None:
    """Drop a browser that does not read: daphne's queue has no limit. Once awake, the browser reconnects."""
    if unsent(protocol.transport) > MAX_UNSENT:
        protocol.dropConnection(abort=True)
