"""Which STUN and TURN servers a call may use; TURN by short-lived credentials, sent over the socket only."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

# Longer than any call with all its interruptions: no refresh can fail inside one.
CREDENTIAL_LIFE = timedelta(hours=2)


def servers(*, label: str, now: datetime, relay_only: bool = False) -> dict[str, Any]:
    """`{"servers": [...], "exp": unix seconds or None, "policy": "all" or "relay"}` for `RTCPeerConnection`.

    `label` names the user of the relay in coturn's log (`<start of the consultation's id>-<role>`).
    No servers by default: a fresh install sends no packet to a third party. A person who chose the relay only
    gets no other path, even where there is no relay; the page then says that no path can be found.
    """
    listed: list[dict[str, Any]] = []
    if settings.STUN_URLS:
        listed.append({"urls": list(settings.STUN_URLS)})
    expires = None
    if has_relay():
        username, expires = user_name(label=label, now=now)
        secret = credential(secret=settings.TURN_SECRET, username=username)
        listed.append({"urls": list(settings.TURN_URLS), "username": username, "credential": secret})
    return {"servers": listed, "exp": expires, "policy": "relay" if relay_only else "all"}


def has_relay() -> bool:
    """Whether this site names a TURN server."""
    return bool(settings.TURN_URLS and settings.TURN_SECRET)


def user_name(*, label: str, now: datetime) -> tuple[str, int]:
    """The name that coturn reads the end of the credential from, and that end in unix seconds."""
    expires = int((now + CREDENTIAL_LIFE).timestamp())
    return f"{expires}:{label}", expires


def credential(*, secret: str, username: str) -> str:
    """What coturn's `use-auth-secret` expects as the password of that user name."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
