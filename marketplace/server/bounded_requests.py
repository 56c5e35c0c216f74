"""Limits on the size of a request and on the silence of its sender.

The rest of a body that is too large is read and discarded, then the request is refused with a page: Twisted
would keep a whole body, however large, in a file before it calls the application. A sender that is silent for
too long is dropped. The limit does not run while the response is being made, and a slow sender that keeps
sending has all the time it needs.
"""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest

from marketplace.core import rules
from marketplace.core.rules import BODY_MAX_BYTES

# A browser reads the response only after it has sent everything; a much larger request is cut off.
READ_BYTES = 10 * BODY_MAX_BYTES
CUT_OFF = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """A daphne request that keeps at most BODY_MAX_BYTES of its body."""

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
    """daphne's factory with our kind of request; Twisted would wait a minute for a silent sender."""

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.timeOut = rules.REQUEST_SILENT_SECONDS

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
