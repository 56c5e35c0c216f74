"""What a browser, or whatever stands before us, may keep of an answer.

An answer made with somebody's session in view is theirs alone: nobody keeps it, not even their own browser,
whose Back would show it to whoever comes after them. One that is a page or a piece of it, as htmx asks, is
kept for each apart. Static files and public pages of a visitor keep what they say themselves.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from marketplace.middleware import Handler


class Keeping:
    """Outside the session's own middleware, so that no answer passes it by."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if is_private(request):
            patch_cache_control(response, private=True, no_store=True)
        return response


def is_private(request: HttpRequest) -> bool:
    """Whether a session was looked into, and there was one."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and not session.is_empty()
