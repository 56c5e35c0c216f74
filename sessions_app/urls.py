"""Addresses of consultations and of the consultant's desk."""

from django.urls import URLPattern, path

from sessions_app.views import earnings, history, room

urlpatterns: list[URLPattern] = [
    path("consultations/", history.consultations, name="consultations"),
    path("consultations/<uuid:consultation_id>/leave/", room.leave, name="leave"),
    path("consultations/<uuid:consultation_id>/end/", room.end, name="end"),
    path("desk/earnings/", earnings.earnings, name="earnings"),
]
