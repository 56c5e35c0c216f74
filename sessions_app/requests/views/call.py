"""The call sheet: ask, top up if needed, confirm. A page, or a fragment in a dialog of another page."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import ConsultantProfile
from marketplace.core.errors import DomainError
from marketplace.core.http import to_page
from sessions_app.errors import SentToAnother
from sessions_app.requests import place as requests
from sessions_app.requests.forms import SheetForm, chosen, drop_draft, first_texts, fresh_keys, keep_draft
from sessions_app.requests.sheet import sheet_context
from wallet.payments import top_ups

DOORS = {"sign_in": "account_login", "sign_up": "account_signup"}


@require_http_methods(["GET", "POST"])
@never_cache
def call(request: HttpRequest, handle: str) -> HttpResponse:
    """Show or confirm the sheet; a confirmation only holds the price, and the call uses it."""
    profile = get_object_or_404(ConsultantProfile.objects.public().with_card(), handle=handle)
    if request.method == "GET":
        return _sheet(request, profile, texts=first_texts(request), keys=fresh_keys())
    form = SheetForm(request.POST)
    texts = form.typed()
    if not form.is_valid():
        return _sheet(request, profile, texts=texts, keys=fresh_keys(), unclear=True, status=422)
    if away := _first_elsewhere(request, profile):
        return _keep_and_go(request, profile, form, away)
    if chosen(request.POST) == "top_up":
        return _top_up(request, profile, form)
    return _confirm(request, profile, form)


def _first_elsewhere(request: HttpRequest, profile: ConsultantProfile) -> str | None:
    """The page to visit first: sign in, sign up, or confirm the address. The sheet is restored afterwards."""
    back = urlencode({"next": reverse("call", args=[profile.handle])})
    if isinstance(request.user, AnonymousUser):
        door = DOORS.get(chosen(request.POST), "account_login")
        return f"{resolve_url(door)}?{back}"
    if not request.user.email_verified:
        return f"{reverse('verify_email')}?{back}"
    return None


def _keep_and_go(
    request: HttpRequest, profile: ConsultantProfile, form: SheetForm, away: str
) -> HttpResponse:
    try:
        keep_draft(request, form.typed())
    except DomainError as problem:
        return _again(request, profile, form, problem=problem, status=problem.http_status)
    return to_page(request, away)


def _confirm(request: Any, profile: ConsultantProfile, form: SheetForm) -> HttpResponse:
    texts = form.typed()
    try:
        consultation = requests.request_call(
            client=request.user,
            profile=profile,
            **texts,
            request_key=form.cleaned_data["request_key"],
            terms=form.cleaned_data["terms"],
        )
    except DomainError as problem:
        return _again(request, profile, form, problem=problem, status=problem.http_status)
    drop_draft(request)
    return to_page(request, consultation.get_absolute_url())


def _top_up(request: Any, profile: ConsultantProfile, form: SheetForm) -> HttpResponse:
    amount = form.cleaned_data["amount"]
    try:
        bought = top_ups.top_up(
            user_id=request.user.pk,
            amount=amount or 0,
            form_key=form.cleaned_data["top_up_key"],
        )
    except DomainError as problem:
        return _again(request, profile, form, problem=problem, status=problem.http_status)
    return _again(request, profile, form, added=bought.amount)


def _again(request: HttpRequest, profile: ConsultantProfile, form: SheetForm, **more: Any) -> HttpResponse:
    """The sheet again, with the typed texts and the current price."""
    profile = get_object_or_404(ConsultantProfile.objects.public().with_card(), pk=profile.pk)
    keys = fresh_keys()
    if not isinstance(more.get("problem"), SentToAnother):
        keys["request_key"] = form.cleaned_data["request_key"]
    return _sheet(request, profile, texts=form.typed(), keys=keys, **more)


def _sheet(request: Any, profile: ConsultantProfile, *, status: int = 200, **shown: Any) -> HttpResponse:
    context = sheet_context(profile, request.user) | shown
    template = "sessions_app/_sheet.html" if request.htmx else "sessions_app/call.html"
    return render(request, template, context, status=status)
