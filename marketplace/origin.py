"""Which page may open a socket: one of this very site, scheme, host and port compared as for a form.

A cookie goes along with a handshake from wherever it comes, and a page at another port counts for the browser
as the same site; only `Origin` tells them apart.
"""

import io
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from marketplace.unreadable import has_readable_head

HTTP = {"ws": "http", "wss": "https"}


class OwnPagesOnly:
    """Lets handshakes of our pages through to `application`; the others are answered by 403."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        let_in = self.application if is_own_page(scope) else WebsocketDenier()
        await let_in(scope, receive, send)


def is_own_page(scope: dict[str, Any]) -> bool:
    """Whether `Origin` is this site as it was asked, or one of CSRF_TRUSTED_ORIGINS."""
    scheme = scope.get("scheme", "ws")
    request = ASGIRequest({**scope, "method": "GET", "scheme": HTTP.get(scheme, scheme)}, io.BytesIO())
    if "HTTP_ORIGIN" not in request.META or not has_readable_head(request):
        return False
    return bool(CsrfViewMiddleware(_no_answer)._origin_verified(request))  # type: ignore[attr-defined]


def _no_answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
