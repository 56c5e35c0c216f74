from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account import signals
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts import live
        from accounts.availability import reach
        from accounts.availability.agent import PresenceAgent
        from accounts.people import old_rows, session_ends, way_back
        from marketplace.core import chores
        from marketplace.live import registry

        registry.register_topic("c", live.consultants)
        registry.register_topic("free", live.free)
        registry.register_follower("free:all", of="c")
        registry.register_topic("u", live.switches, personal=True)
        registry.register_companion(PresenceAgent)
        registry.register_poller(reach.polled)
        chores.register(old_rows.delete_expired_sessions, old_rows.delete_old_codes, way_back.delete_old)
        user_logged_in.connect(session_ends.signed_in)
        user_logged_out.connect(session_ends.signed_out)
        for changed in (signals.password_changed, signals.password_set, signals.password_reset):
            changed.connect(session_ends.password_changed)
