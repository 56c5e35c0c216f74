"""From which page a socket may be opened: scheme, host and port, as for a form."""

from typing import Any

import pytest

from marketplace.server.origin import is_own_page


def handshake(origin: str | None, host: str = "localhost:8000", **headers: str) -> dict[str, object]:
    sent = {"host": host, "cookie": "a=b", **headers, **({"origin": origin} if origin is not None else {})}
    return {
        "type": "websocket",
        "path": "/ws/live/",
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
    }


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("http://127.0.0.1:8102", "127.0.0.1:8102"),
        ("http://localhost", "localhost"),
    ],
)
def test_our_own_page_may(origin: str, host: str) -> None:
    assert is_own_page(handshake(origin, host))


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:9999",
        "http://localhost",
        "https://localhost:8000",
        "http://127.0.0.1:8000",
        "http://localhost:8000.evil.example",
        "https://evil.example",
        "http://[::1",
        "null",
        "",
        None,
    ],
)
def test_every_other_may_not(origin: str | None) -> None:
    assert not is_own_page(handshake(origin))


def test_a_host_that_is_not_ours_may_not_though_its_origin_fits() -> None:
    assert not is_own_page(handshake("http://evil.example", "evil.example"))


def test_behind_a_proxy_the_scheme_is_the_one_that_the_proxy_saw(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["quarter.example"]
    at_the_proxy = {"host": "quarter.example", "x_forwarded_proto": "https"}
    assert not is_own_page(handshake("https://quarter.example", **at_the_proxy))

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert is_own_page(handshake("https://quarter.example", **at_the_proxy))
    assert not is_own_page(handshake("http://quarter.example", **at_the_proxy))


def test_a_site_that_forms_trust_may(settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://quarter.example", "https://*.example.org"]
    assert is_own_page(handshake("https://quarter.example"))
    assert is_own_page(handshake("https://app.example.org"))
    assert not is_own_page(handshake("http://quarter.example"))
    assert not is_own_page(handshake("https://quarter.example:444"))


def test_a_cookie_that_cannot_be_read_opens_nothing() -> None:
    assert not is_own_page(handshake("http://localhost:8000", cookie='a="b\\000"'))
