from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import live
        from accounts.presence_agent import PresenceAgent
        from accounts.services import reach
        from marketplace.live import registry

        registry.register_topic("c", live.consultants)
        registry.register_topic("free", live.free)
        registry.register_follower("free:all", of="c")
        registry.register_topic("u", live.switches, personal=True)
        registry.register_companion(PresenceAgent)
        registry.register_poller(reach.polled)
