"""Addresses of people: directory, profiles, the consultant's own pages, settings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
