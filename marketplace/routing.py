"""Every socket of the site."""

from typing import Any

from django.urls import path

from marketplace.live.watch import LiveConsumer
from sessions_app.consumers import RoomConsumer

websocket_urlpatterns: list[Any] = [
    path("ws/live/", LiveConsumer.as_asgi()),
    path("ws/room/<uuid:consultation_id>/", RoomConsumer.as_asgi()),
]
