from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account import signals
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts import live, sign_ins
        from accounts.presence_agent import PresenceAgent
        from accounts.services import old_rows, reach, way_back
        from marketplace.core import chores
        from marketplace.live import registry

        registry.register_topic("c", live.consultants)
        registry.register_topic("free", live.free)
        registry.register_follower("free:all", of="c")
        registry.register_topic("u", live.switches, personal=True)
        registry.register_companion(PresenceAgent)
        registry.register_poller(reach.polled)
        chores.register(old_rows.delete_expired_sessions, old_rows.delete_old_codes, way_back.delete_old)
        user_logged_in.connect(sign_ins.signed_in)
        user_logged_out.connect(sign_ins.signed_out)
        for changed in (signals.password_changed, signals.password_set, signals.password_reset):
            changed.connect(sign_ins.password_changed)
