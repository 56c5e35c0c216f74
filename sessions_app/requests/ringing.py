"""The context of a ringing request, shared by pages, popups and sockets."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from marketplace.core import rules
from sessions_app.models import Consultation
from sessions_app.requests.place import DECLINE_REASONS
from sessions_app.states import EndReason, State

RING_LENGTH = 351.9  # of the drawn ring: 2 * pi * 56
LATE_SECONDS = 5  # a delivery that works at all is faster
STAGES = 8  # steps of delivery and note within one version of the consultant's presence


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, as browsers use them."""
    return int(moment.timestamp() * 1000)


def ring_context(consultation: Consultation, now: datetime) -> dict[str, Any]:
    """The countdown of the ring, and the progress of the request."""
    total = (consultation.expires_at - consultation.requested_at).total_seconds() or rules.RING_SECONDS
    left = max(0.0, (consultation.expires_at - now).total_seconds())
    late_at = consultation.requested_at + timedelta(seconds=LATE_SECONDS)
    profile = consultation.consultant.profile
    return {
        "consultation": consultation,
        "now_ms": milliseconds(now),
        "expires_ms": milliseconds(consultation.expires_at),
        "ring_seconds": round(total),
        "seconds_left": -int(-left // 1),
        "ring_offset": round(RING_LENGTH * (1 - min(1.0, left / total)), 1),
        "late": now >= late_at,
        "late_ms": milliseconds(late_at),
        "lost": profile.unreachable_since is not None,
        "ring_version": STAGES * profile.presence_version
        + bool(consultation.delivered_at)
        + 2 * bool(consultation.seen_at)
        + 4 * bool(consultation.ring_line),
    }


def incoming_context(consultation: Consultation, now: datetime) -> dict[str, Any]:
    """The request as the consultant sees it: the client, the topic and the highest pay."""
    ended = Q(state=State.ENDED)
    calls = Consultation.objects.filter(client=consultation.client_id).aggregate(
        together=Count("pk", filter=ended & Q(consultant=consultation.consultant_id)),
        all=Count("pk", filter=ended),
        not_come=Count("pk", filter=Q(state=State.FAILED, end_reason=EndReason.CLIENT_ABSENT)),
    )
    return ring_context(consultation, now) | {
        "tag": "dialog",
        "minutes": consultation.bought_seconds // 60,
        "reasons": list(DECLINE_REASONS.items()),
        "talks_together": calls["together"],
        "talks_of_client": calls["all"],
        "not_come": calls["not_come"],
        "line_length": rules.RING_LINE_MAX_LENGTH,
        "site": settings.SITE_NAME,
    }
