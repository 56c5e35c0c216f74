"""The consultant's switch: on and off, until when, and pauses."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.availability import pauses, switch
from accounts.availability.switch import End
from accounts.errors import AccountError, EmailNotVerified, NotAConsultant, NotApproved
from accounts.models import ConsultantProfile
from marketplace.core.http import AuthedRequest

SWITCH = "accounts/_switch.html"


@require_POST
@login_required
def desk_switch(request: AuthedRequest) -> HttpResponse:
    """Turn the switch; without a chosen end, an end chosen before is kept."""
    on, end = request.POST.get("on") == "1", _end(request)
    return _done(request, partial(switch.set_switch, user=request.user, on=on, end=end))


@require_POST
@login_required
def desk_end(request: AuthedRequest) -> HttpResponse:
    """Choose another end without going offline."""
    return _done(request, partial(switch.set_end, user=request.user, end=_end(request) or End("")))


@require_POST
@login_required
def desk_pause(request: AuthedRequest) -> HttpResponse:
    """Pause for a length that the page offers; without a length the pause ends (*I am back*)."""
    if "length" not in request.POST:
        return _done(request, partial(pauses.end_pause, user=request.user))
    return _done(request, partial(pauses.pause, user=request.user, length=request.POST["length"]))


def _end(request: AuthedRequest) -> End | None:
    if "end" not in request.POST:
        return None
    return End(request.POST["end"][:12], request.POST.get("own", "")[:12])


def _done(request: AuthedRequest, work: Callable[[], ConsultantProfile]) -> HttpResponse:
    """The current switch; after a refusal it shows the reason, the way out, and the user's input."""
    try:
        profile = work()
    except AccountError as problem:
        before = ConsultantProfile.objects.select_related("user", "missed_caller").filter(user=request.user)
        return _refused(request, problem, before.first())
    return render(request, SWITCH, {"profile": profile}) if request.htmx else redirect("desk")


def _refused(
    request: AuthedRequest, problem: AccountError, profile: ConsultantProfile | None
) -> HttpResponse:
    if profile is None or not request.htmx:
        messages.error(request, problem.message)
        return redirect("desk")
    context = {"profile": profile, "problem": problem, "end": _end(request), **_way_out(problem)}
    return render(request, SWITCH, context, status=problem.http_status)


def _way_out(problem: AccountError) -> dict[str, str]:
    if isinstance(problem, EmailNotVerified):
        query = urlencode({"next": reverse("desk")})
        return {"way_out": f"{reverse('verify_email')}?{query}", "way_out_words": _("Confirm your address")}
    if isinstance(problem, NotAConsultant):
        return {"way_out": reverse("settings"), "way_out_words": _("Open your settings")}
    if not isinstance(problem, NotApproved):
        return {}
    return {"way_out": reverse("desk_profile"), "way_out_words": _("Open your profile")}
