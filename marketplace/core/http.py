"""Typed requests and the small helpers that every view may use."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.middleware import HtmxDetails

P = ParamSpec("P")


class Request(HttpRequest):
    """A request as our middleware leaves it."""

    htmx: HtmxDetails


class AuthedRequest(Request):
    """A request behind `login_required`; `user` is a signed-in `settings.AUTH_USER_MODEL`."""

    user: Any


def verified_email_required(
    view: Callable[Concatenate[AuthedRequest, P], HttpResponseBase],
) -> Callable[Concatenate[AuthedRequest, P], HttpResponseBase]:
    """Ask for the mailed code before the view runs, then continue to the same page.

    Use it below `login_required`. After a POST it returns to the page with the form.
    """

    @wraps(view)
    def guarded(request: AuthedRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.email_verified:
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else safe_next(request, request.path)
        return to_page(request, f"{resolve_url('verify_email')}?{urlencode({'next': back})}")

    return guarded


def client_address(request: HttpRequest) -> str:
    """The IP address a request comes from; behind our proxies, the one they saw (server/proxy.py)."""
    return str(request.META.get("REMOTE_ADDR") or "")


def client_network(request: HttpRequest) -> str:
    """The network that limits by address count: an IPv4 address, or the IPv6 /64 of one household."""
    address = client_address(request)
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ip_network((ip, 64), strict=False))


def safe_next(request: HttpRequest, default: str) -> str:
    """The `next` of the form or the query if it is a page of this site, else the default."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if is_page_here(target) else resolve_url(default)


def is_page_here(target: str) -> bool:
    """Whether a browser that is sent to `target` stays on this site: it begins with exactly one `/`.

    Every redirect to a typed address checks this. A bare word is not a page: `redirect()` would read it as
    the name of a view.
    """
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def page_here(request: HttpRequest, url: str | None) -> str:
    """The page of this site that a browser names in full, such as its Referer: path and query, else ''."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    if (parts.scheme, parts.netloc) != (request.scheme, request.get_host()):
        return ""
    page = urlunsplit(parts._replace(scheme="", netloc=""))
    return page if is_page_here(page) else ""


def to_page(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, whether it asked by htmx or by a plain form."""
    if cast(Request, request).htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(url)})
    return redirect(url)


def demo_on() -> bool:
    """Whether demo data is shown (a start setting)."""
    return bool(settings.DEMO)
