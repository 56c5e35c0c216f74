"""Browsers that have signed in before: each has its own budget of wrong tries, whatever others do.

A signed cookie for each account identifies them. It does not sign anybody in. It holds a random number,
under which this browser's tries are counted, and a fingerprint of the password: a new password makes the
cookie invalid, so that someone who once knew the old password no longer has a budget of their own.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from marketplace.core.rules import KNOWN_BROWSER_DAYS

SALT = "accounts.known_browser"
SECONDS = KNOWN_BROWSER_DAYS * 86_400
ASKED = "person_to_know"  # the request attribute with the user who has just proved their identity


class KnownBrowsers:
    """Sets the cookie in a browser whose user has just signed in or chosen a password."""

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
    """Remember that this browser belongs to this user; the response sets its cookie."""
    setattr(request, ASKED, user)


def recognise(request: HttpRequest, email: str) -> str:
    """The number of this browser if it has signed in to this account before, else ''."""
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
    # Each account has its own cookie name, so that two users of one computer do not overwrite each other's.
    return f"{settings.KNOWN_BROWSER_COOKIE_NAME}_{salted_hmac(SALT, str(user.pk)).hexdigest()[:8]}"


def _mark(user: User) -> str:
    return salted_hmac(SALT, f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()[:32]
