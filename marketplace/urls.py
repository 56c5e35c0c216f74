"""Every address of the site; product addresses are part of the contract."""

from django.contrib import admin
from django.urls import include, path

from marketplace import views
from marketplace.board import board
from marketplace.js_catalog import js_catalog
from marketplace.live.poll import live_poll

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon),  # asked by pages without a head of ours, such as the admin
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("live/", live_poll, name="live_poll"),
    path("words/<slug:language>/<slug:version>.js", js_catalog, name="js_catalog"),
    path("", include("accounts.urls")),
    path("", include("sessions_app.urls")),
    path("wallet/", include("wallet.urls")),
    path("accounts/", include("allauth.urls")),
    path("staff/board/", board, name="board"),
    path("admin/", admin.site.urls),
]

handler400 = "marketplace.views.bad_request"
handler403 = "marketplace.views.forbidden"
handler404 = "marketplace.views.not_found"
handler500 = "marketplace.views.server_error"
