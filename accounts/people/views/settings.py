"""The settings page: name, roles, time zone, privacy, theme."""

from django.conf import settings as configured
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.people import services as people
from accounts.people.forms import ROLE_CHOICES, ROLES, NameForm, TimeZoneForm
from accounts.zones import in_words, is_zone, zone_names
from marketplace.core.http import AuthedRequest, Request, safe_next
from marketplace.core.time import now

YEAR = 365 * 24 * 3600
ROLE_SAVED = {
    "needs": _("Saved: you need help."),
    "gives": _("Saved: you give help."),
    "both": _("Saved: both."),
}


@require_safe
@login_required
def settings(request: AuthedRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def name(request: AuthedRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, name_form=form)
    people.set_name(user=request.user, name=form.cleaned_data["name"])
    messages.success(request, gettext("Your name is saved."))
    return redirect(safe_next(request, "settings"))


@require_POST
@login_required
def roles(request: AuthedRequest) -> HttpResponse:
    needs_help, gives_help = ROLES.get(request.POST.get("role", ""), (False, False))
    people.set_roles(user=request.user, needs_help=needs_help, gives_help=gives_help)
    messages.success(request, str(ROLE_SAVED[_role(request)]))
    return redirect(safe_next(request, "settings"))


@require_POST
@login_required
def time_zone(request: AuthedRequest) -> HttpResponse:
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        return _page(request, zone_form=form)
    people.set_time_zone(user=request.user, name=form.cleaned_data["time_zone"])
    messages.success(request, gettext("Your time zone is saved."))
    return redirect(safe_next(request, "settings"))


@require_POST
@login_required
def privacy(request: AuthedRequest) -> HttpResponse:
    on = request.POST.get("relay_only") == "on"
    people.set_relay_only(user=request.user, on=on)
    relay = gettext("Saved: your next call will go through our relay only.")
    shortest = gettext("Saved: your next call will take the shortest path.")
    messages.success(request, relay if on else shortest)
    return redirect(safe_next(request, "settings"))


@require_POST
def theme(request: Request) -> HttpResponse:
    # A page that has already changed its look only needs the cookie.
    response = HttpResponse(status=204) if request.htmx else redirect(safe_next(request, "home"))
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response


def _page(
    request: AuthedRequest, name_form: Form | None = None, zone_form: Form | None = None
) -> HttpResponse:
    """The page; a refused form keeps the user's input."""
    user, at = request.user, now()
    zone = user.time_zone if is_zone(user.time_zone) else ""
    context = {
        "section": "settings",
        "name_form": name_form or NameForm(initial={"name": user.name}),
        "zone_form": zone_form or TimeZoneForm(initial={"time_zone": zone}),
        "zones": zone_names(),
        "zone_in_words": in_words(zone, at) if zone else "",
        "now": at,
        "roles": ROLE_CHOICES,
        "role": _role(request),
        "relay_offered": bool(configured.TURN_URLS and configured.TURN_SECRET),
    }
    return render(request, "accounts/settings.html", context, status=422 if name_form or zone_form else 200)


def _role(request: AuthedRequest) -> str:
    have = (request.user.needs_help, request.user.gives_help)
    return next((key for key, pair in ROLES.items() if pair == have), "")
