"""The views for signing in and up, the redirect afterwards, and the one-click sign-ins of the demo."""

from allauth.account import views as allauth_views
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DemoAccountShared
from accounts.models import User
from accounts.people.known_browsers import recognise
from marketplace.core import limits, rules
from marketplace.core.http import AuthedRequest, Request, client_network, demo_on, safe_next
from marketplace.live.session_guard import look_at_sign_ins

HOUR = 3600
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@login_required
def after_sign_in(request: AuthedRequest) -> HttpResponse:
    """The first page without a page to return to: the desk for consultants, home for the others."""
    home = "desk" if request.user.gives_help else "home"
    return redirect(safe_next(request, home))


@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponseBase:
    """allauth's page; a flood of forms is refused before their passwords, which cost time, are compared."""
    if request.method == "POST" and not recognise(request, request.POST.get("login", "")):
        _count(request, "sign-in", rules.SIGN_INS_PER_MINUTE, 60)
    answer: HttpResponseBase = allauth_views.login(request)
    return answer


@require_http_methods(["GET", "POST"])
def sign_up(request: Request) -> HttpResponseBase:
    """allauth's page. It reveals whether an address has an account, so its use is limited."""
    if request.method == "POST":
        _count(request, "sign-up", rules.SIGN_UPS_PER_HOUR, HOUR)
    answer: HttpResponseBase = allauth_views.signup(request)
    return answer


@require_http_methods(["GET", "POST"])
def reset_password(request: Request) -> HttpResponseBase:
    """allauth's page; the limits do not depend on whether the account exists."""
    if request.method == "POST":
        _count(request, "reset", rules.RESETS_OF_NETWORK_PER_HOUR, HOUR)
        email = request.POST.get("email", "").strip().casefold()
        limits.count(what="reset-mail", who=email, limit=rules.RESETS_PER_HOUR, seconds=HOUR)
    answer: HttpResponseBase = allauth_views.password_reset(request)
    return answer


def _count(request: Request, what: str, limit: int, seconds: int) -> None:
    limits.count(what=what, who=client_network(request), limit=limit, seconds=seconds)


@require_POST
def demo_sign_in(request: Request) -> HttpResponse:
    """One click signs a visitor in as one of the demo people, only while demo data is on."""
    if not demo_on():
        raise Http404
    person = get_object_or_404(User, email=request.POST.get("email", ""), is_demo=True, is_active=True)
    before = request.user.pk
    login(request, person, backend=BACKEND)
    if before not in (None, person.pk):  # the other tabs of this browser now belong to someone else
        look_at_sign_ins(before)
    return redirect(safe_next(request, "after_sign_in"))


@require_http_methods(["GET", "POST"])
@login_required
@sensitive_post_parameters("oldpassword", "password1")
def change_password(request: AuthedRequest) -> HttpResponseBase:
    if request.user.is_demo:
        raise DemoAccountShared
    answer: HttpResponseBase = allauth_views.password_change(request)
    return answer


@require_http_methods(["GET", "POST"])
def not_offered(request: Request) -> HttpResponse:
    """Ways to sign in that we do not offer."""
    raise Http404
