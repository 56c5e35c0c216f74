"""Which STUN and TURN servers a call may use; TURN by short-lived credentials, sent over the socket only."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

# Longer than any call with all its interruptions: no refresh can fail inside one.
CREDENTIAL_LIFE = timedelta(hours=2)


def servers(*, label: str, now: datetime) -> dict[str, Any]:
    """`{"servers": [...], "exp": unix seconds or None}` as `RTCPeerConnection` wants it.

    `label` names the user of the relay in coturn's log (`<start of the consultation's id>-<role>`).
    Empty lists by default: a fresh install sends no packet to a third party.
    """
    listed: list[dict[str, Any]] = []
    if settings.STUN_URLS:
        listed.append({"urls": list(settings.STUN_URLS)})
    if not (settings.TURN_URLS and settings.TURN_SECRET):
        return {"servers": listed, "exp": None}
    expires = int((now + CREDENTIAL_LIFE).timestamp())
    username = f"{expires}:{label}"
    secret = credential(secret=settings.TURN_SECRET, username=username)
    listed.append({"urls": list(settings.TURN_URLS), "username": username, "credential": secret})
    return {"servers": listed, "exp": expires}


def credential(*, secret: str, username: str) -> str:
    """What coturn's `use-auth-secret` expects as the password of that user name."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
