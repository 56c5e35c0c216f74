"""Addresses of people: directory, profiles, the consultant's own pages, settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from accounts.views import settings


def soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return render(request, "base.html")


urlpatterns: list[URLPattern] = [
    path("consultants/", soon, name="directory"),
    path("consultants/<slug:handle>/", soon, name="profile"),
    path("desk/profile/", soon, name="desk_profile"),
    path("settings/", soon, name="settings"),
    path("settings/theme/", settings.theme, name="theme"),
    path("accounts/verify/", soon, name="verify_email"),
    path("accounts/welcome/", soon, name="after_sign_in"),
]
