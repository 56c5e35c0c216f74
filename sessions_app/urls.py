"""Addresses of consultations and of the consultant's desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
