"""How much a request may carry, and how long its sender may be silent.

What is too much is read and thrown away, then refused in words: Twisted keeps a whole body, however large, in
a file before it asks the application. A sender of whom no byte has come for a while is not waited for; while
the answer is being made nobody counts, and a slow sender has all the time that its bytes take.
"""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest

from marketplace import rules
from marketplace.rules import BODY_MAX_BYTES

# A browser reads the answer only after it has sent everything; who sends much more is cut off.
READ_BYTES = 10 * BODY_MAX_BYTES
CUT_OFF = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """A request of daphne's that keeps at most BODY_MAX_BYTES of its body."""

    received = 0
    too_large = False

    def gotLength(self, length: int | None) -> None:
        self.too_large = (length or 0) > BODY_MAX_BYTES
        super().gotLength(0 if self.too_large else length)
        if (length or 0) > READ_BYTES:
            self._cut_off()

    def handleContentChunk(self, data: bytes) -> None:
        self.received += len(data)
        if self.received > BODY_MAX_BYTES and not self.too_large:
            self.too_large = True
            self.content.seek(0)
            self.content.truncate()
        if self.received - len(data) <= READ_BYTES < self.received:
            self._cut_off()
        elif not self.too_large:
            super().handleContentChunk(data)

    def _cut_off(self) -> None:
        self.channel.transport.write(CUT_OFF)
        self.channel.loseConnection()


class BoundedRequests(HTTPFactory):  # type: ignore[misc]
    """daphne's factory, which names its own kind of request; Twisted would wait a minute for a silent one."""

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.timeOut = rules.REQUEST_SILENT_SECONDS

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
