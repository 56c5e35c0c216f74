"""The words of the browser's modules in another language: Django's JavaScript catalog, kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

_catalog = JavaScriptCatalog.as_view(packages=["marketplace"])  # and LOCALE_PATHS: not the admin's words


@require_safe
@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
def js_catalog(request: HttpRequest, language: str, version: str) -> HttpResponseBase:
    """The script that defines `django.gettext`. Its address changes with its content; any other is a 404."""
    if version != version_of(language):
        raise Http404
    with translation.override(language):
        return _catalog(request)


def catalog_url(language: str) -> str:
    """The address of the catalog of that language; "" for the one that the texts are written in."""
    version = version_of(language)
    return reverse("js_catalog", args=[language, version]) if version else ""


@cache
def version_of(language: str) -> str:
    """Twelve hexadecimal digits of what the compiled catalog contains; "" if there is none."""
    paths = (Path(root) / language / "LC_MESSAGES" / "djangojs.mo" for root in settings.LOCALE_PATHS)
    found = next((path for path in paths if language in dict(settings.LANGUAGES) and path.exists()), None)
    return hashlib.sha256(found.read_bytes()).hexdigest()[:12] if found else ""
