"""Cache headers: the parts of a response that browsers and proxies may store.

A response that depends on a session is private: nothing stores it, not even the user's own browser, whose
Back button would show it to the next person. A page and its htmx fragment are cached separately. Static files
and a visitor's public pages keep their own headers.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from marketplace.web.middleware import Handler


class Keeping:
    """Runs outside the session middleware, so that it sees every response."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if is_private(request):
            patch_cache_control(response, private=True, no_store=True)
        return response


def is_private(request: HttpRequest) -> bool:
    """Whether the view read a session that exists."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and not session.is_empty()
