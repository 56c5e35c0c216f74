"""What ends somebody's sessions ends their open pages too, in every tab and at every process."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from marketplace.live.door import look_at_sign_ins


def signed_out(sender: object, request: HttpRequest, user: User | None, **rest: Any) -> None:
    """Sockets are asked when the session is gone; Django would delete it only after this signal."""
    if user is not None:
        request.session.flush()
        look_at_sign_ins(user.pk)


def password_changed(sender: object, user: User, **rest: Any) -> None:
    """All sessions end; the browser that changed it gets a new one, in which its open pages load anew."""
    look_at_sign_ins(user.pk)
