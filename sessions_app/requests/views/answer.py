"""The answers to a request: accept, decline and cancel; and the note to the caller before them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from marketplace.core.http import AuthedRequest, page_here, to_page
from sessions_app.errors import (
    AlreadyAccepted,
    AlreadyCancelled,
    AlreadyDeclined,
    RequestOver,
    RingIsOver,
)
from sessions_app.models import Consultation
from sessions_app.requests import live
from sessions_app.requests import place as requests
from sessions_app.states import State

OVER: dict[str, type[RequestOver]] = {
    State.RINGING: RingIsOver,  # nobody has expired it yet
    State.EXPIRED: RingIsOver,
    State.DECLINED: AlreadyDeclined,
    State.CANCELLED: AlreadyCancelled,
    State.ACCEPTED: AlreadyAccepted,
    State.LIVE: AlreadyAccepted,
    State.INTERRUPTED: AlreadyAccepted,
}


@require_POST
@login_required
def accept(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Accept and go to the room; a late press leads to the page that shows how the request ended."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    try:
        consultation = requests.accept(consultation_id=asked.pk, user=request.user)
    except RequestOver:
        return _too_late(request, asked)
    return to_page(request, consultation.get_absolute_url())


@require_POST
@login_required
def decline(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Decline; from a popup the person stays on the page they were on."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    try:
        declined = requests.decline(
            consultation_id=asked.pk, user=request.user, reason=request.POST.get("reason", "")
        )
    except RequestOver:
        return _too_late(request, asked)
    if request.htmx and not _on_its_page(request, asked):
        return HttpResponse(status=204)
    return to_page(request, declined.get_absolute_url())


@require_POST
@login_required
def cancel(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Cancel free of charge; the same page then shows that."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    try:
        consultation = requests.cancel(consultation_id=asked.pk, user=request.user)
    except RequestOver:
        return _too_late(request, asked)
    return to_page(request, consultation.get_absolute_url())


@require_POST
@login_required
def reply(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Send a note to the caller; the popup and its countdown stay."""
    asked = get_object_or_404(request.user.consultations_given, pk=consultation_id)
    try:
        told = requests.reply(consultation_id=asked.pk, user=request.user, line=request.POST.get("line", ""))
    except RequestOver:
        return _too_late(request, asked)
    if not request.htmx:
        return redirect(told)
    return render(request, "sessions_app/_ring_line.html", {"consultation": told, "just_sent": True})


@require_POST
@login_required
def told(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """The frames `delivered` and `seen` by an ordinary request, where the network blocks sockets."""
    asked = get_object_or_404(Consultation.objects.of(request.user), pk=consultation_id)
    act = {"delivered": live.delivered, "seen": live.seen}.get(request.POST.get("t", ""))
    if act is None:
        return HttpResponseBadRequest()
    act(request.user.pk, {"request": str(asked.pk)})
    return HttpResponse(status=204)


def _too_late(request: AuthedRequest, asked: Consultation) -> HttpResponse:
    """Instead of an error page: go to the consultation in its new state, with one line of explanation."""
    asked.refresh_from_db()
    problem = OVER.get(asked.state, RequestOver)()
    if request.htmx and not _on_its_page(request, asked):
        raise problem  # in a popup: the current page shows the line, and the popup closes
    messages.info(request, problem.message)
    return to_page(request, asked.get_absolute_url())


def _on_its_page(request: AuthedRequest, asked: Consultation) -> bool:
    return page_here(request, request.htmx.current_url) == asked.get_absolute_url()
