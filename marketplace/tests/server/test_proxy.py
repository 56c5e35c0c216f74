"""Behind a proxy the last forwarded address counts; without one the header means nothing."""

from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from marketplace.asgi import application
from marketplace.core.http import client_network
from marketplace.server.proxy import Forwarded

PROXY = ["10.0.0.1", 4711]


async def seen(hops: int, *lines: tuple[str, str], kind: str = "http") -> dict[str, Any]:
    """The scope as the application behind the door gets it."""
    scopes: list[dict[str, Any]] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        scopes.append(scope)

    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in lines]
    scope = {"type": kind, "headers": headers, "client": PROXY, "scheme": "plain"}
    await Forwarded(application, hops=hops)(scope, None, None)
    return scopes[0]


def forwarded(value: str) -> tuple[str, str]:
    return "X-Forwarded-For", value


@pytest.mark.parametrize(
    ("hops", "header", "address"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.7.7, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.7.7, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
async def test_nobody_behind_a_proxy_chooses_their_own_address(hops: int, header: str, address: str) -> None:
    assert (await seen(hops, forwarded(header)))["client"] == [address, 0]


async def test_a_header_sent_twice_is_one_list() -> None:
    scope = await seen(1, forwarded("203.0.113.9"), forwarded("192.0.2.1"))
    assert scope["client"] == ["192.0.2.1", 0]


@pytest.mark.parametrize(
    ("hops", "header"), [(0, "203.0.113.9"), (2, "203.0.113.9"), (1, "unknown"), (1, ""), (1, "203.0.113.9,")]
)
async def test_without_a_proxys_word_the_address_of_the_connection_counts(hops: int, header: str) -> None:
    assert (await seen(hops, forwarded(header)))["client"] == PROXY


async def test_sockets_stand_behind_the_same_door() -> None:
    scope = await seen(1, forwarded("1.2.3.4, 203.0.113.9"), ("X-Forwarded-Proto", "https"), kind="websocket")
    assert (scope["client"], scope["scheme"]) == (["203.0.113.9", 0], "wss")


async def test_a_request_of_the_site_carries_the_address_that_the_proxy_saw() -> None:
    scope = await seen(1, forwarded("10.0.7.7, 203.0.113.9"), ("Host", "localhost"))
    request = ASGIRequest({**scope, "method": "GET", "path": "/"}, BytesIO())
    assert client_network(request) == "203.0.113.9"


def test_every_request_and_socket_of_the_site_comes_through_that_door(settings: Any) -> None:
    assert isinstance(application, Forwarded)
    assert application.hops == settings.PROXY_HOPS == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", "")],
)
def test_a_household_of_ipv6_is_one_network(rf: RequestFactory, address: str, network: str) -> None:
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network
