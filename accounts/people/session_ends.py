"""Closes a user's open pages when their sessions end, in every tab and on every process."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from accounts.people.known_browsers import get_to_know
from accounts.people.tries import forget_wrong_tries
from marketplace.live.session_guard import look_at_sign_ins


def signed_out(sender: object, request: HttpRequest, user: User | None, **rest: Any) -> None:
    """Delete the session before sockets check it; Django itself would delete it only after this signal."""
    if user is not None:
        request.session.flush()
        look_at_sign_ins(user.pk)


def signed_in(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """Give this browser its own budget of wrong tries."""
    get_to_know(request, user)


def password_changed(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """All sessions end. The browser that changed the password gets a new one, so its open pages reload."""
    forget_wrong_tries(user.email)
    get_to_know(request, user)
    look_at_sign_ins(user.pk)
