"""Refuses text that no column can hold, at every address.

PostgreSQL accepts neither NUL nor invalid Unicode, and no browser sends either. Views, forms and admin pages
need no check of their own, because such text never reaches them.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.web.middleware import Handler, refusal


class Unreadable(DomainError):
    sentence = _(
        "The address or the form contains characters that we cannot read. Nothing was changed. "
        "Go back and type it again."
    )
    code = "unreadable"
    http_status = 400


class RefuseUnreadable:
    """Checks address, cookies and headers before the session is loaded, and the form before its view runs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if has_readable_head(request) else refusal(request, Unreadable())

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        try:
            readable = _can_be_kept(_form(request))
        except LookupError:  # the form names an unknown character set
            readable = False
        return None if readable else refusal(request, Unreadable())


def has_readable_head(request: HttpRequest) -> bool:
    """Whether the address, cookies and headers of a request or of a socket's handshake can be stored."""
    return _can_be_kept(_head(request))


def _can_be_kept(texts: Iterable[str]) -> bool:
    """True if there is no NUL and no half of a surrogate pair."""
    try:
        return b"\0" not in "".join(texts).encode()
    except UnicodeEncodeError:
        return False


def _head(request: HttpRequest) -> Iterator[str]:
    yield request.path
    yield from (value for value in request.META.values() if isinstance(value, str))
    yield from chain.from_iterable(request.COOKIES.items())  # a quoted value may hold `\000`
    yield from _typed(request.GET)


def _form(request: HttpRequest) -> Iterator[str]:
    yield from _typed(request.POST)
    yield from request.FILES  # Django has already made their names printable


def _typed(form: QueryDict) -> Iterator[str]:
    for name, values in form.lists():
        yield name
        yield from values
