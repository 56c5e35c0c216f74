"""One consultation, whatever its state: the address is the same from the ring to the receipt."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from marketplace.core.http import AuthedRequest
from marketplace.core.time import now
from sessions_app.models import Consultation
from sessions_app.receipts.page import receipt_context
from sessions_app.requests.alternatives import others_free
from sessions_app.requests.ringing import incoming_context, ring_context
from sessions_app.room.page import room_context
from sessions_app.states import State


@require_safe
@login_required
def consultation(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    found = get_object_or_404(Consultation.objects.of(request.user).with_people(), pk=consultation_id)
    moment = now()
    if found.state == State.RINGING:
        is_client = found.client_id == request.user.pk
        context = ring_context(found, moment) if is_client else incoming_context(found, moment)
        context |= {"is_client": is_client, "topics": [f"q:{found.pk}"]}
        return render(request, "sessions_app/ringing.html", context | {"tag": "article"})
    if found.in_room or (found.in_goodbye(moment) and "receipt" not in request.GET):
        return render(request, "sessions_app/room.html", room_context(found, request.user, moment))
    context = receipt_context(found, request.user, moment) | _instead(found, request.user)
    return render(request, "sessions_app/receipt.html", context)


def _instead(found: Consultation, user: User) -> dict[str, Any]:
    """Other consultants for the client, if there was no call or one too short to be paid."""
    if found.client_id != user.pk or found.bill:
        return {}
    others = others_free(instead_of=found.consultant.profile, viewer=user, price=found.price)
    return {"others": others, "again": found.pk, "topics": [f"c:{other.user_id}" for other in others]}
