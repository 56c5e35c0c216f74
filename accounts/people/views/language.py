"""The language of the pages: kept with the account, or in a cookie for visitors."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import UnknownLanguage
from accounts.people import services as people
from accounts.people.views.settings import YEAR
from marketplace.core.http import Request, safe_next


@require_POST
def language(request: Request) -> HttpResponse:
    """`language` is a code such as "de". The cookie serves after signing out and on the sign-in page too."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise UnknownLanguage
    if request.user.is_authenticated:
        people.set_language(user=request.user, code=code)
    response = redirect(safe_next(request, "home"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=request.is_secure()
    )
    with translation.override(code):
        messages.success(request, _("This site is in English now."))
    return response
