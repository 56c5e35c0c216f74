"""Every socket of the site."""

from typing import Any

from django.urls import path, re_path

from marketplace.live.consumer import NowhereConsumer
from marketplace.live.page import LiveConsumer
from sessions_app.room.consumer import RoomConsumer

websocket_urlpatterns: list[Any] = [
    path("ws/live/", LiveConsumer.as_asgi()),
    path("ws/room/<uuid:consultation_id>/", RoomConsumer.as_asgi()),
    re_path(r"", NowhereConsumer.as_asgi()),  # otherwise an unknown address would be a server error
]
