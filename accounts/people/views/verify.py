"""Confirming an e-mail address by the mailed code, and changing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import AccountError, CodesUsedUp, CodeTooSoon, DemoAccountShared, MailNotSent
from accounts.models import EmailCode
from accounts.people import verification
from accounts.people.forms import CodeForm, EmailForm
from marketplace.core.http import AuthedRequest, safe_next
from marketplace.core.time import now


@require_http_methods(["GET", "POST"])
@login_required
def verify_email(request: AuthedRequest) -> HttpResponse:
    sent = EmailCode.objects.filter(user=request.user).first()
    if request.user.email_verified and (sent is None or sent.email == request.user.email):
        return redirect(safe_next(request, "settings"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verification.confirm(
                user=request.user,
                code=form.cleaned_data["code"],
                way_back_url=lambda secret: request.build_absolute_uri(reverse("way_back", args=[secret])),
            )
        except AccountError as problem:
            form.add_error("code", problem.message)
        else:
            messages.success(request, _("Your e-mail address is confirmed."))
            return redirect(safe_next(request, "settings"))
    return _page(request, form, sent)


@require_POST
@login_required
def send_code(request: AuthedRequest) -> HttpResponse:
    sent = EmailCode.objects.filter(user=request.user).first()
    wanted = sent.email if sent and request.user.email_verified else ""
    try:
        verification.send_code(user=request.user, email=wanted)
    except (CodeTooSoon, CodesUsedUp, MailNotSent) as problem:
        messages.warning(request, problem.message)
    return _to_code(request)


@require_http_methods(["GET", "POST"])
@login_required
def change_email(request: AuthedRequest) -> HttpResponse:
    if request.user.is_demo:
        raise DemoAccountShared
    form = EmailForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            verification.send_code(user=request.user, email=form.cleaned_data["email"])
        except AccountError as problem:
            form.add_error("email", problem.message)
        else:
            return _to_code(request)
    return render(request, "accounts/change_email.html", {"form": form})


@require_safe
def confirm_by_link(request: AuthedRequest, key: str = "") -> HttpResponse:
    """We send codes, not links: allauth's confirmation URLs redirect to the page that asks for the code."""
    return redirect("verify_email")


def _to_code(request: AuthedRequest) -> HttpResponse:
    return redirect(f"{reverse('verify_email')}?{urlencode({'next': safe_next(request, 'settings')})}")


def _page(request: AuthedRequest, form: CodeForm, sent: EmailCode | None) -> HttpResponse:
    at = now()
    waiting = sent is not None and sent.expires_at > at
    context = {
        "form": form,
        "email": sent.email if sent and waiting else request.user.email,
        "waiting": waiting,
        "wait_seconds": verification.seconds_until_resend(sent, at),
        "next": safe_next(request, "settings"),
    }
    return render(request, "accounts/verify.html", context, status=422 if form.errors else 200)
