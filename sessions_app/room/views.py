"""The agreements during a call, for which each of the two presses a button: more time, and text mode."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from marketplace.core.http import AuthedRequest, to_page
from sessions_app.calls.extensions import press_extend
from sessions_app.calls.text_mode import agree_text, decline_text
from sessions_app.models import Consultation
from sessions_app.room.facts import clock_frame, room_facts


@require_POST
@login_required
def extend(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """One side's press for the extension of that number."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    number = request.POST.get("number", "")
    pressed = int(number) if number.isdecimal() and len(number) < 3 else 0
    return _standing(request, press_extend(consultation_id=asked.pk, user=request.user, number=pressed))


@require_POST
@login_required
def in_text(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """One side wants to continue in text; with the other side's press it is a text call."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    return _standing(request, agree_text(consultation_id=asked.pk, user=request.user))


@require_POST
@login_required
def not_in_text(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Not now: the call goes on as it is."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    return _standing(request, decline_text(consultation_id=asked.pk, user=request.user))


def _standing(request: AuthedRequest, consultation: Consultation) -> HttpResponse:
    """The current state of the call as a clock frame, so that the page's script needs no socket for it."""
    if not request.accepts("application/json") or request.accepts("text/html"):
        return to_page(request, consultation.get_absolute_url())
    facts = room_facts(consultation_id=consultation.pk, user=request.user)
    return JsonResponse(clock_frame(facts) if facts else {})
