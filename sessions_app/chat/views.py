"""The chat without a socket: reading, writing, uploading and downloading. It is also a plain page."""

import logging
import uuid
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import rules
from marketplace.core.errors import DomainError
from marketplace.core.http import AuthedRequest
from marketplace.core.time import now
from sessions_app.chat.files import check_file, digest_of, shown_name
from sessions_app.chat.forms import MessageForm
from sessions_app.chat.services import give, given_before, say
from sessions_app.chat.transcript import frame_of, frames_after, written_in
from sessions_app.errors import FileTooBig, MessageEmpty
from sessions_app.models import Attachment, Consultation, Message

log = logging.getLogger(__name__)

# A file that the check misjudged must not be able to do anything where it is shown.
LOCKED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def chat(request: AuthedRequest, consultation_id: UUID) -> HttpResponse:
    """Read with `?after=<n>` and write as JSON for the room's script; a plain page for a browser without."""
    found = get_object_or_404(Consultation.objects.of(request.user).with_people(), pk=consultation_id)
    if request.method == "POST":
        return _write(request, found)
    if _wants_json(request):
        after = request.GET.get("after", "0")
        number = int(after) if after.isdecimal() and len(after) < 8 else 0
        return JsonResponse({"messages": frames_after(consultation_id=found.pk, number=number)})
    return _page(request, found) if found.open_at(now()) else redirect(found)


@require_safe
@login_required
def file(request: AuthedRequest, consultation_id: UUID, file_id: UUID) -> HttpResponse:
    """A file for one of the two people. Pictures are shown in place, a PDF is saved."""
    mine = Attachment.objects.of(request.user).filter(consultation_id=consultation_id)
    found = get_object_or_404(mine, pk=file_id)
    try:
        with found.stored.open("rb") as stored:
            response = HttpResponse(stored.read(), content_type=found.type, headers=LOCKED)
    except FileNotFoundError:
        log.exception("a file of the chat is gone", extra={"fields": {"file": str(found.pk)}})
        raise Http404 from None
    saved = content_disposition_header(as_attachment=not found.is_picture, filename=found.name)
    response["Content-Disposition"] = saved or "attachment"
    return response


def _write(request: AuthedRequest, found: Consultation) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    typed = str(form.data.get("text", ""))
    try:
        message = _keep(request, found, form)
    except DomainError as problem:
        if _wants_json(request) or not found.open_at(now()):
            raise
        return _page(request, found, problem=problem, typed=typed, status=problem.http_status)
    return JsonResponse(frame_of(message)) if _wants_json(request) else redirect("chat", found.pk)


def _keep(request: AuthedRequest, found: Consultation, form: MessageForm) -> Message:
    if not form.is_valid():
        raise MessageEmpty
    about: dict[str, Any] = {
        "consultation_id": found.pk,
        "user": request.user,
        "client_id": form.cleaned_data["id"] or uuid.uuid4(),
        "text": form.cleaned_data["text"],
    }
    upload = form.cleaned_data["file"]
    return _give(about, upload) if upload else say(**about)


def _give(about: dict[str, Any], upload: Any) -> Message:
    name = shown_name(upload.name)
    if upload.size > rules.FILE_MAX_BYTES:  # before it is read into memory
        raise FileTooBig(name=name, limit=rules.FILE_MAX_BYTES // 1_000_000)
    content = upload.read()
    before = given_before(**about, name=name, digest=digest_of(content))  # before it is decoded
    return before or give(**about, file=check_file(name=name, content=content))


def _page(request: AuthedRequest, found: Consultation, *, status: int = 200, **shown: Any) -> HttpResponse:
    context = {
        "consultation": found,
        "other": found.other(request.user),
        "written": written_in(consultation=found, reader=request.user),
        "form_id": uuid.uuid4(),
        "rules": rules,
    }
    return render(request, "sessions_app/chat.html", context | shown, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
