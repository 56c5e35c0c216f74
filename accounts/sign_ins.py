"""What ends somebody's sessions ends their open pages too, in every tab and at every process."""

from typing import Any

from django.http import HttpRequest

from accounts.known_browsers import get_to_know
from accounts.models import User
from accounts.tries import forget_wrong_tries
from marketplace.live.door import look_at_sign_ins


def signed_out(sender: object, request: HttpRequest, user: User | None, **rest: Any) -> None:
    """Sockets are asked when the session is gone; Django would delete it only after this signal."""
    if user is not None:
        request.session.flush()
        look_at_sign_ins(user.pk)


def signed_in(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """From now on this browser has tries of its own."""
    get_to_know(request, user)


def password_changed(sender: object, request: HttpRequest, user: User, **rest: Any) -> None:
    """All sessions end; the browser that changed it gets a new one, in which its open pages load again."""
    forget_wrong_tries(user.email)
    get_to_know(request, user)
    look_at_sign_ins(user.pk)
