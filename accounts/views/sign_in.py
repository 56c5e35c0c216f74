"""Around signing in: where one lands, and the one-click sign-ins of the demo."""

from allauth.account import views as allauth_views
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DemoAccountShared
from accounts.models import User
from marketplace.http import AuthedRequest, Request, demo_on, safe_next
from marketplace.live.door import look_at_sign_ins

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@login_required
def after_sign_in(request: AuthedRequest) -> HttpResponse:
    """Where one lands without a page to go back to: the desk for consultants, home for the others."""
    home = "desk" if request.user.gives_help else "home"
    return redirect(safe_next(request, home))


@require_POST
def demo_sign_in(request: Request) -> HttpResponse:
    """One click signs a visitor in as one of the demo people, only while demo data is on."""
    if not demo_on():
        raise Http404
    person = get_object_or_404(User, email=request.POST.get("email", ""), is_demo=True, is_active=True)
    before = request.user.pk
    login(request, person, backend=BACKEND)
    if before not in (None, person.pk):  # the other tabs of this browser are somebody else's now
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
