"""HTTP and sockets in one application."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

http = get_asgi_application()

# models may be imported only after the application above has set Django up
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from marketplace.routing import websocket_urlpatterns  # noqa: E402
from marketplace.server.origin import OwnPagesOnly  # noqa: E402
from marketplace.server.proxy import Forwarded  # noqa: E402

protocols = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": OwnPagesOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
application = Forwarded(protocols, hops=settings.PROXY_HOPS)
