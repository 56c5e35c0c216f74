"""The consultant's editor of their own profile."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import ProfileIncomplete
from accounts.models import ConsultantProfile
from accounts.profiles import services as profiles
from accounts.profiles.forms import HandleForm, ProfileForm
from accounts.profiles.prices import after_fee, parse_price
from accounts.profiles.readiness import steps_to_online
from marketplace.core.http import AuthedRequest
from marketplace.core.rules import FEE_BPS


@require_http_methods(["GET", "POST"])
@login_required
def desk_profile(request: AuthedRequest) -> HttpResponse:
    if not request.user.gives_help:
        return render(
            request,
            "accounts/become_consultant.html",
            {"section": "profile", "keep_percent": f"{100 - FEE_BPS / 100:g}"},
        )
    profile = profiles.draft_for(user=request.user)
    if request.method == "GET":
        return _page(request, profile)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, profile, form=form)
    data = {name: form.cleaned_data[name] for name in ("headline", "about", "skills", "languages", "price")}
    profiles.save_profile(profile=profile, hours=form.hours(), **data)
    _say(request, profile)
    return redirect("desk_profile")


@require_POST
@login_required
def desk_handle(request: AuthedRequest) -> HttpResponse:
    profile = profiles.draft_for(user=request.user)
    form = HandleForm(request.POST, profile=profile)
    if not form.is_valid():
        return _page(request, profile, handle_form=form)
    profiles.change_handle(profile=profile, handle=form.cleaned_data["handle"])
    messages.success(request, _("Your address is saved. The old one redirects to it."))
    return redirect("desk_profile")


@require_safe
@login_required
def desk_share(request: AuthedRequest) -> HttpResponse:
    """The line below the price while it is typed: the amount after the fee."""
    return render(request, "accounts/_share.html", _share(parse_price(request.GET.get("price", ""))))


def _say(request: AuthedRequest, profile: ConsultantProfile) -> None:
    if "send" not in request.POST:
        messages.success(request, _("Your profile is saved."))
        return
    try:
        profiles.submit(profile=profile)
    except ProfileIncomplete as problem:  # the input is saved anyway
        messages.warning(request, _("Saved. {problem}").format(problem=problem.message))
    else:
        messages.success(request, _("Sent. We read every profile, usually within 24 hours."))


def _share(price: int | None) -> dict[str, object]:
    return {
        "price": price,
        "share": after_fee(price, FEE_BPS) if price else None,
        "fee_percent": f"{FEE_BPS / 100:g}",
    }


def _page(
    request: AuthedRequest,
    profile: ConsultantProfile,
    form: ProfileForm | None = None,
    handle_form: HandleForm | None = None,
) -> HttpResponse:
    price = parse_price(str(form["price"].value() or "")) if form else profile.price
    steps = steps_to_online(profile)
    context = {
        "section": "profile",
        "profile": profile,
        "form": form or ProfileForm(initial=ProfileForm.initial_of(profile)),
        "handle_form": handle_form or HandleForm(initial={"handle": profile.handle}, profile=profile),
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "next_step": next((step for step in steps if not step.done), None),
        **_share(price),
    }
    return render(request, "accounts/desk_profile.html", context, status=422 if form or handle_form else 200)
