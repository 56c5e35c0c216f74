"""The room: the context of its page, and the two ways out of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from marketplace.core import rules
from marketplace.core.http import AuthedRequest, to_page
from sessions_app.calls import attendance
from sessions_app.models import Consultation
from sessions_app.room.facts import facts_of
from sessions_app.states import State

RING_LENGTH = 323.6  # of the drawn clock: 2 * pi * 51.5


def room_context(consultation: Consultation, user: User, now: datetime) -> dict[str, Any]:
    """The context of `sessions_app/room.html` before its socket is connected."""
    facts = facts_of(consultation=consultation, user=user, now=now)
    gone = 1 - facts.remaining / consultation.bought_seconds
    return {
        "consultation": consultation,
        "role": facts.role,
        "other": consultation.other(user),
        "now": now,
        "facts": facts,
        "rules": rules,
        "ring_offset": round(RING_LENGTH * gone, 1),
        "waiting_to_start": consultation.state == State.ACCEPTED,
    }


@require_POST
@login_required
def leave(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Leave with the right to return; the page then shows until when."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    consultation = attendance.leave(consultation_id=asked.pk, user=request.user)
    if consultation.is_final:
        return to_page(request, consultation.receipt_url)
    if consultation.interrupted_by == f"{consultation.role_of(request.user)}_left":
        return to_page(request, consultation.get_absolute_url())
    messages.info(request, _("You left the call. You can return to it from here while it is open."))
    return to_page(request, reverse("consultations"))


@require_POST
@login_required
def end(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """End for both; the receipt is on the same page."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    consultation = attendance.end(consultation_id=asked.pk, user=request.user)
    return to_page(request, consultation.receipt_url)
