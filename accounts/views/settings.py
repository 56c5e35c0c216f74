"""What a person chooses for themselves: name, roles, time zone, theme."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from marketplace.http import Request, safe_next

YEAR = 365 * 24 * 3600


@require_POST
def theme(request: Request) -> HttpResponse:
    response = redirect(safe_next(request, "/"))
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response
