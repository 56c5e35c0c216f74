"""The consultant's switch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.errors import AccountError, EmailNotVerified, NotApproved
from accounts.models import ConsultantProfile
from accounts.services import switch
from marketplace.http import AuthedRequest


@require_POST
@login_required
def desk_switch(request: AuthedRequest) -> HttpResponse:
    """Turn it; a refusal shows the switch as it is, with the reason and the way out."""
    before = ConsultantProfile.objects.filter(user=request.user).first()
    try:
        profile = switch.set_switch(user=request.user, on=request.POST.get("on") == "1")
    except (NotApproved, EmailNotVerified) as problem:
        if before is None or not request.htmx:
            messages.error(request, problem.message)
            return redirect("desk")
        context = {"profile": before, "problem": problem, **_way_out(problem)}
        return render(request, "accounts/_switch.html", context, status=problem.http_status)
    if request.htmx:
        return render(request, "accounts/_switch.html", {"profile": profile})
    return redirect("desk")


def _way_out(problem: AccountError) -> dict[str, str]:
    if isinstance(problem, EmailNotVerified):
        query = urlencode({"next": reverse("desk")})
        return {"way_out": f"{reverse('verify_email')}?{query}", "way_out_words": "Confirm your address"}
    return {"way_out": reverse("desk_profile"), "way_out_words": "Open your profile"}
