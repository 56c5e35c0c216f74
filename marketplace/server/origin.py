"""Only pages of this site may open a socket: scheme, host and port are compared as for a form.

A browser sends cookies with a handshake from any page, and treats a page at another port as the same site;
only `Origin` tells them apart.
"""

import io
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from marketplace.web.unreadable import has_readable_head

HTTP = {"ws": "http", "wss": "https"}


class OwnPagesOnly:
    """Passes handshakes of our own pages to `application` and answers the others with 403."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        let_in = self.application if is_own_page(scope) else WebsocketDenier()
        await let_in(scope, receive, send)


def is_own_page(scope: dict[str, Any]) -> bool:
    """Whether `Origin` is this site under the requested address, or one of CSRF_TRUSTED_ORIGINS."""
    scheme = scope.get("scheme", "ws")
    request = ASGIRequest({**scope, "method": "GET", "scheme": HTTP.get(scheme, scheme)}, io.BytesIO())
    if "HTTP_ORIGIN" not in request.META or not has_readable_head(request):
        return False
    return bool(CsrfViewMiddleware(_no_answer)._origin_verified(request))  # type: ignore[attr-defined]


def _no_answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
