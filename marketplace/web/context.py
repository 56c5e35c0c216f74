"""The variables of every template."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from marketplace.web.js_catalog import catalog_url

THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the theme from the cookie ('' follows the device), demo mode, where mails go,
    the minutes for which a mailed password link is valid, and whether credits are test credits."""
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.SITE_NAME,
        "js_catalog": catalog_url(get_language()),
        "theme": theme if theme in THEMES else "",
        "demo": settings.DEMO,
        "mail_in_files": not settings.EMAIL_FROM_SMTP,
        "reset_minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
        "test_credits": settings.WALLET_CURRENCY == "XTS",
    }
