"""Browsers that signed in before: each has its own wrong tries, whatever others do to the account.

A signed cookie, one for each account, says so. It signs nobody in. It holds a random number, under
which this browser's tries are counted, and a mark of the password: a new password makes it invalid,
so that somebody who once knew the old one has no tries of their own left.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from marketplace.rules import KNOWN_BROWSER_DAYS

SALT = "accounts.known_browser"
SECONDS = KNOWN_BROWSER_DAYS * 86_400
ASKED = "person_to_know"  # the attribute of a request in which somebody proved who they are


class KnownBrowsers:
    """Gives the cookie to a browser in which somebody has just signed in or chosen a password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: User | None = getattr(request, ASKED, None)
        if user is not None and not user.is_demo:
            response.set_cookie(
                _cookie(user),
                signing.dumps([user.pk, secrets.token_hex(8), _mark(user)], salt=SALT),
                max_age=SECONDS,
                path=resolve_url(settings.LOGIN_URL),  # no other page needs it
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def get_to_know(request: HttpRequest, user: User) -> None:
    """This browser is this person's: it gets its cookie with the answer."""
    setattr(request, ASKED, user)


def recognise(request: HttpRequest, email: str) -> str:
    """The number of this browser if it signed in to this account before, else ''."""
    if not any(name.startswith(settings.KNOWN_BROWSER_COOKIE_NAME) for name in request.COOKIES):
        return ""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        return ""
    try:
        pk, number, mark = signing.loads(request.COOKIES.get(_cookie(user), ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        return ""
    return str(number) if pk == user.pk and constant_time_compare(mark, _mark(user)) else ""


def _cookie(user: User) -> str:
    # A name for each account, so that two people at one computer do not take it from each other.
    return f"{settings.KNOWN_BROWSER_COOKIE_NAME}_{salted_hmac(SALT, str(user.pk)).hexdigest()[:8]}"


def _mark(user: User) -> str:
    return salted_hmac(SALT, f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:32]
