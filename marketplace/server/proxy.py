"""Finds the client's address once, before every page and socket.

Behind a proxy the connection comes from the proxy, which adds the address that it saw to the end of
`X-Forwarded-For`; everything before that was sent by the client and proves nothing.
"""

from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address
from typing import Any

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}


class Forwarded:
    """Writes the client's address and the scheme, as our proxies saw them, into the scope.

    In: the number of proxies that a request passes. With 0, or without the headers, the scope keeps the
    values of the connection.
    """

    def __init__(self, application: Application, *, hops: int) -> None:
        self.application, self.hops = application, hops

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if self.hops and scope["type"] in SCHEMES:
            scope = scope | self._seen(scope)
        await self.application(scope, receive, send)

    def _seen(self, scope: Scope) -> Scope:
        address = _address(_element(scope, b"x-forwarded-for", self.hops))
        scheme = SCHEMES[scope["type"]].get(_element(scope, b"x-forwarded-proto", 1))
        return ({"client": [address, 0]} if address else {}) | ({"scheme": scheme} if scheme else {})


def _element(scope: Scope, header: bytes, place: int) -> str:
    """The element of a list header at this place from the right, or ''; several lines are one list."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == header]
    elements = ",".join(lines).split(",")
    return elements[-place].strip() if place <= len(elements) else ""


def _address(element: str) -> str | None:
    """The IP address of an element such as `203.0.113.9`, `203.0.113.9:4711` or `[2001:db8::1]:4711`."""
    if element.startswith("["):
        element = element[1:].partition("]")[0]
    elif element.count(":") == 1:
        element = element.partition(":")[0]
    try:
        address = ip_address(element)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
