"""Addresses of consultations and of the consultant's desk."""

from django.urls import URLPattern, path

from sessions_app import consultation
from sessions_app.chat import views as chat
from sessions_app.desk import views as desk
from sessions_app.receipts.views import earnings, history
from sessions_app.requests.views import answer, call
from sessions_app.room import page as room
from sessions_app.room import views as shape

urlpatterns: list[URLPattern] = [
    path("consultations/", history.consultations, name="consultations"),
    path("consultations/<uuid:consultation_id>/", consultation.consultation, name="consultation"),
    path("consultations/<uuid:consultation_id>/accept/", answer.accept, name="accept"),
    path("consultations/<uuid:consultation_id>/decline/", answer.decline, name="decline"),
    path("consultations/<uuid:consultation_id>/line/", answer.reply, name="reply"),
    path("consultations/<uuid:consultation_id>/told/", answer.told, name="told"),
    path("consultations/<uuid:consultation_id>/cancel/", answer.cancel, name="cancel"),
    path("consultations/<uuid:consultation_id>/leave/", room.leave, name="leave"),
    path("consultations/<uuid:consultation_id>/end/", room.end, name="end"),
    path("consultations/<uuid:consultation_id>/extend/", shape.extend, name="extend"),
    path("consultations/<uuid:consultation_id>/text/", shape.in_text, name="in_text"),
    path("consultations/<uuid:consultation_id>/text/no/", shape.not_in_text, name="not_in_text"),
    path("consultations/<uuid:consultation_id>/messages/", chat.chat, name="chat"),
    path("consultations/<uuid:consultation_id>/files/<uuid:file_id>/", chat.file, name="file"),
    path("consultants/<slug:handle>/call/", call.call, name="call"),
    path("desk/", desk.desk, name="desk"),
    path("desk/earnings/", earnings.earnings, name="earnings"),
]
