"""Middleware for every request: a log line, the user's time zone, refusals as readable pages."""

import logging
import time
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from marketplace.core import rules
from marketplace.core.errors import DomainError
from marketplace.core.http import page_here
from marketplace.web.secrecy import shown_path

Handler = Callable[[HttpRequest], HttpResponse]
HEALTH = "/health/"
TOO_LARGE = "quarter.too_large"  # the extension of such a request's scope
log = logging.getLogger("quarter.request")


class RequestLog:
    """Logs one line per request: method, path (without secrets and query), status, milliseconds, user."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        # Only if a view has loaded the user: a health check must not need the database for its log line.
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method,
            "path": shown_path(request.path, request.resolver_match),
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "user": getattr(user, "pk", None),
        }
        log.info("request", extra={"fields": fields})
        return response


class UserLanguage(LocaleMiddleware):
    """Answer in the signed-in person's language, else in that of the cookie, else as the browser prefers."""

    def process_request(self, request: HttpRequest) -> None:
        # Health pages show no words, and must not wait for the database that they look at.
        kept = "" if request.path.startswith(HEALTH) else getattr(request.user, "language", "")
        translation.activate(kept or translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ["Cookie"])
        return super().process_response(request, response)


class UserTimeZone:
    """Shows times in the signed-in user's time zone, else in the zone that the browser stored in a cookie."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Health pages show no times, and must not wait for the database that they check.
        if request.path.startswith(HEALTH):
            return self.get_response(request)
        name = getattr(request.user, "time_zone", "") or request.COOKIES.get("tz", "")
        with timezone.override(known_zone(name)):
            return self.get_response(request)


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """The time zone with that IANA name, or None if there is no such zone."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


class SignInFirst:
    """Sends people whose session has ended to the sign-in page, and back afterwards.

    It handles htmx, which would show the sign-in page inside a fragment, and plain forms, whose address often
    cannot be opened.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        sign_in = resolve_url(settings.LOGIN_URL)
        if response.status_code != 302 or not response["Location"].startswith(f"{sign_in}?"):
            return response
        if not htmx:
            return _with_page(request, response, sign_in)
        came_from = page_here(request, htmx.current_url)
        page = request.get_full_path() if request.method == "GET" else came_from
        url = f"{sign_in}?{urlencode({'next': page or '/'})}"
        return HttpResponse(status=204, headers={"HX-Redirect": url})


def _with_page(request: HttpRequest, response: HttpResponse, sign_in: str) -> HttpResponse:
    by_login_required = redirect_to_login(request.get_full_path()).url
    if request.method != "POST" or response["Location"] != by_login_required:
        return response
    page = page_here(request, request.headers.get("Referer"))
    # Without a page to return to, everyone goes to the usual page after signing in.
    return redirect(f"{sign_in}?{urlencode({'next': page})}" if page else sign_in)


class Refusals:
    """Turns a DomainError into a page, an htmx fragment or JSON, as the request asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, DomainError):
            return None
        return refusal(request, problem)


class TooLarge(DomainError):
    sentence = _(
        "That is too large: you can send at most {limit} MB at once. Send a smaller file or less text."
    )
    code = "too_large"
    http_status = 413


class RefuseTooLarge:
    """Refuses a request whose body the server discarded (server/bounded_requests.py)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if TOO_LARGE in (getattr(request, "scope", {}).get("extensions") or {}):
            return refusal(request, TooLarge(limit=rules.BODY_MAX_BYTES // 1_000_000))
        return self.get_response(request)


def refusal(request: HttpRequest, problem: DomainError) -> HttpResponse:
    """The response that explains what was refused, why, and what to do next."""
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
