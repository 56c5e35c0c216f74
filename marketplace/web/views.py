"""Home, health and the pages for errors."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.directory.search import most_offered_skills
from accounts.models import ConsultantProfile
from marketplace.core.time import now
from marketplace.web import health
from marketplace.web import home as front
from marketplace.web.middleware import TooLarge, refusal


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    free = list(front.free_now())
    people = free if len(free) >= front.DIAL_PLACES else [*free, *_others(len(free))]
    talked = front.talked_to(request.user) if request.user.is_authenticated else []
    # Each person appears once: the live layer finds a card by its id.
    cards = [profile for profile in free or people if profile not in talked][: front.CARDS]
    context = {
        "section": "home",
        "free": len(free),
        "cards": cards,
        "dial": front.dial(people),
        "ticks": front.ticks(),
        "prices": front.prices(),
        "skills": most_offered_skills(10),
        "talked": talked,
        "now": now(),
        "known": ",".join(str(profile.user_id) for profile in free),
        "topics": ["free:all", *(f"c:{profile.user_id}" for profile in [*cards, *talked])],
    }
    return render(request, "home.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("img/mark.svg"))


@require_safe
@never_cache
def health_live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"live": True})


@require_safe
@never_cache
def health_ready(request: HttpRequest) -> HttpResponse:
    well, checks = health.ready()
    more = {"turn": health.relays()} if well and request.user.is_staff else {}
    return JsonResponse({"ready": well, "checks": checks, **more}, status=200 if well else 503)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000))
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Render it without the session and the database, which may have failed."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)


def _others(enough: int) -> list[ConsultantProfile]:
    """Consultants who are not free, to fill the remaining places on the dial."""
    others = front.everyone().exclude(shown_state="available")
    return list(others[: front.DIAL_PLACES - enough])
