"""The page behind the link that the previous address gets when an account changes its address."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import WayBackOver, WayBackTaken
from accounts.models import WayBack
from accounts.people import way_back as services
from marketplace.core.http import Request


@require_http_methods(["GET", "POST"])
@never_cache
def way_back(request: Request, secret: str) -> HttpResponse:
    """Opening the link changes nothing, because mail scanners follow links; the button does."""
    try:
        if request.method != "POST":
            return _page(request, way_back=services.find_open(secret=secret))
        user = services.take(secret=secret)
    except (WayBackOver, WayBackTaken) as problem:
        return _page(request, problem=problem)
    # Continue like a mailed password reset link: this link was mailed to the restored address too.
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", uidb36=uid, key=key)


def _page(
    request: Request, way_back: WayBack | None = None, problem: WayBackOver | WayBackTaken | None = None
) -> HttpResponse:
    context = {"way_back": way_back, "problem": problem}
    return render(request, "accounts/way_back.html", context, status=problem.http_status if problem else 200)
