"""Every socket of the site."""

from channels.routing import URLRouter  # noqa: F401

websocket_urlpatterns: list[object] = []
