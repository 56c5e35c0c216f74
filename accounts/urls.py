"""Addresses of people: directory, profiles, the consultant's own pages, settings.

They precede allauth's URLs, so that the views here decide what we answer ourselves or do not offer.
"""

from django.urls import URLPattern, path

from accounts.availability import views as desk
from accounts.directory import views as directory
from accounts.people.views import language, settings, sign_in, verify, way_back
from accounts.profiles.views import desk_profile, profile

urlpatterns: list[URLPattern] = [
    path("consultants/", directory.directory, name="directory"),
    path("consultants/free/", directory.more_free, name="more_free"),
    path("consultants/<slug:handle>/", profile.profile, name="profile"),
    path("desk/switch/", desk.desk_switch, name="desk_switch"),
    path("desk/switch/end/", desk.desk_end, name="desk_end"),
    path("desk/switch/pause/", desk.desk_pause, name="desk_pause"),
    path("desk/profile/", desk_profile.desk_profile, name="desk_profile"),
    path("desk/profile/address/", desk_profile.desk_handle, name="desk_handle"),
    path("desk/profile/share/", desk_profile.desk_share, name="desk_share"),
    path("settings/", settings.settings, name="settings"),
    path("settings/name/", settings.name, name="set_name"),
    path("settings/roles/", settings.roles, name="set_roles"),
    path("settings/time-zone/", settings.time_zone, name="set_time_zone"),
    path("settings/privacy/", settings.privacy, name="set_privacy"),
    path("settings/language/", language.language, name="set_language"),
    path("settings/theme/", settings.theme, name="theme"),
    path("accounts/verify/", verify.verify_email, name="verify_email"),
    path("accounts/verify/send/", verify.send_code, name="send_code"),
    path("accounts/email/", verify.change_email, name="change_email"),
    path("accounts/way-back/<str:secret>/", way_back.way_back, name="way_back"),
    path("accounts/login/", sign_in.sign_in),
    path("accounts/signup/", sign_in.sign_up),
    path("accounts/password/reset/", sign_in.reset_password),
    path("accounts/welcome/", sign_in.after_sign_in, name="after_sign_in"),
    path("accounts/demo/", sign_in.demo_sign_in, name="demo_sign_in"),
    path("accounts/password/change/", sign_in.change_password),
    path("admin/password_change/", sign_in.change_password),
    path("accounts/confirm-email/", verify.confirm_by_link),
    path("accounts/confirm-email/<str:key>/", verify.confirm_by_link),
    path("accounts/password/set/", sign_in.not_offered),
    path("accounts/reauthenticate/", sign_in.not_offered),
    path("accounts/login/code/confirm/", sign_in.not_offered),
]
