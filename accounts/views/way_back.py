"""The link that the address before is mailed when an account takes another one."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import WayBackOver, WayBackTaken
from accounts.models import WayBack
from accounts.services import way_back as services
from marketplace.http import Request


@require_http_methods(["GET", "POST"])
@never_cache
def way_back(request: Request, secret: str) -> HttpResponse:
    """Looking changes nothing, since scanners of mails follow links; the button does."""
    try:
        if request.method != "POST":
            return _page(request, way_back=services.find_open(secret=secret))
        user = services.take(secret=secret)
    except (WayBackOver, WayBackTaken) as problem:
        return _page(request, problem=problem)
    # As if a link to a new password had been mailed to the address that is back: this one was.
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", uidb36=uid, key=key)


def _page(
    request: Request, way_back: WayBack | None = None, problem: WayBackOver | WayBackTaken | None = None
) -> HttpResponse:
    context = {"way_back": way_back, "problem": problem}
    return render(request, "accounts/way_back.html", context, status=problem.http_status if problem else 200)
