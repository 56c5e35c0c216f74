"""What daphne has still to send: a short way for news to many, and a bound for browsers that do not read."""

from typing import Any

MAX_UNSENT = 512 * 1024


class Outgoing:
    """The wire (marketplace/live/wire.py) of one socket of daphne's."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def write(self, data: bytes) -> bool:
        """Send finished frames; what the network does not take at once waits in order with all the rest."""
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN or protocol.send_queue:
            return False
        transport = protocol.transport
        if getattr(transport, "TLS", True):  # no socket of its own beneath
            transport.write(data)
        elif rest := data[_sent_at_once(transport, data) :]:
            transport.write(rest)
            drop_who_does_not_read(protocol)
        return True


def _sent_at_once(transport: Any, data: bytes) -> int:
    # The reactor would ask the kernel twice about each socket before it sends: for a thousand that is most
    # of the time that news takes.
    if unsent(transport):
        return 0
    sent = transport.writeSomeData(data)
    return sent if isinstance(sent, int) else 0  # a lost connection is found by whoever reads


def unsent(transport: Any) -> int:
    """Bytes that wait in this process for a browser to read; 0 where the transport does not say."""
    buffered = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
    return int(buffered + getattr(transport, "_tempDataLen", 0))


def drop_who_does_not_read(protocol: Any) -> None:
    """daphne takes whatever it is given to send, without an end. A browser that wakes up comes back."""
    if unsent(protocol.transport) > MAX_UNSENT:
        protocol.dropConnection(abort=True)
