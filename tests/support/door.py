"""A request as raw as the web process gets it, answered by the whole site in this thread and transaction."""

import io
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User

FORM = "application/x-www-form-urlencoded"


class Door:
    """`door.ask("POST", "/settings/?next=%00", body=b"...")`: no client in between makes it well-formed."""

    def __init__(self) -> None:
        self._handler = BaseHandler()
        self._handler.load_middleware()

    def ask(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> HttpResponseBase:
        """The answer; a fault of ours is one of 500, as on the network."""
        path, _, query = target.partition("?")
        crumbs = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        sent = {"host": "localhost", "content-length": str(len(body)), "cookie": crumbs, **(headers or {})}
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin1")) for name, value in sent.items()],
            "client": ["127.0.0.1", 40_000],
            "server": ["127.0.0.1", 8000],
            "scheme": "http",
        }
        request = ASGIRequest(scope, io.BytesIO(body))
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        response = self._handler.get_response(request)
        request.close()  # not the response: that would end the database connection of the test
        return response

    def form(self, target: str, fields: Mapping[str, str], **more: Any) -> HttpResponseBase:
        body = urlencode(fields).encode()
        return self.ask("POST", target, body=body, headers={"content-type": FORM}, **more)


class Faults:
    """What went wrong behind an answer of 500: `with Faults() as faults: ...; faults.last`."""

    last: BaseException | None = None

    def __enter__(self) -> "Faults":
        got_request_exception.connect(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        got_request_exception.disconnect(self._note)

    def _note(self, **_: object) -> None:
        self.last = sys.exc_info()[1]


def cookie_of(user: User) -> dict[str, str]:
    """The session of somebody who has just signed in."""
    browser = Client()
    browser.force_login(user)
    return {settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value}
