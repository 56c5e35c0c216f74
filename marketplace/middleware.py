"""What happens around every request: a log line, the person's time zone, refusals in plain words."""

import logging
import time
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails

from marketplace.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("quarter.request")


class RequestLog:
    """One line a request: method, path (no query: it may hold a topic), status, milliseconds, who."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        # Only if a view asked who it is: a health check must not need the database for its log line.
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "user": getattr(user, "pk", None),
        }
        log.info("request", extra={"fields": fields})
        return response


class UserTimeZone:
    """Show times in the signed-in person's zone, else in the zone the browser named in a cookie."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", "") or request.COOKIES.get("tz", "")
        with timezone.override(known_zone(name)):
            return self.get_response(request)


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone of that IANA name, or None if there is none such."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


class SignInFirst:
    """Whoever was signed out meanwhile is led to the sign-in page; htmx would show it inside a piece."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        sign_in = resolve_url(settings.LOGIN_URL)
        if not htmx or response.status_code != 302 or not response["Location"].startswith(f"{sign_in}?"):
            return response
        page = request.get_full_path() if request.method == "GET" else htmx.current_url_abs_path
        url = f"{sign_in}?{urlencode({'next': page or '/'})}"
        return HttpResponse(status=204, headers={"HX-Redirect": url})


class Refusals:
    """A DomainError becomes a page, an htmx fragment or JSON, as the caller asked."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, DomainError):
            return None
        return refusal(request, problem)


def refusal(request: HttpRequest, problem: DomainError) -> HttpResponse:
    """The answer that tells a person what was refused, why, and what to do next."""
    if "application/json" in request.headers.get("Accept", ""):
        body = {"code": problem.code, "message": problem.message}
        return JsonResponse(body, status=problem.http_status)
    fragment = bool(getattr(request, "htmx", False))
    template = "errors/_refusal.html" if fragment else "errors/refusal.html"
    response = render(request, template, {"problem": problem}, status=problem.http_status)
    if fragment:
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
    return response
