"""Every address of the site; product addresses are part of the contract."""

from django.contrib import admin
from django.urls import include, path

from marketplace.live.poll import live_poll
from marketplace.web import views
from marketplace.web.js_catalog import js_catalog
from marketplace.web.staff_dashboard import board

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

handler400 = "marketplace.web.views.bad_request"
handler403 = "marketplace.web.views.forbidden"
handler404 = "marketplace.web.views.not_found"
handler500 = "marketplace.web.views.server_error"
