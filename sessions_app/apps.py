from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from marketplace.core import chores
        from marketplace.live import registry
        from sessions_app.calls import ledger_checks, web_processes
        from sessions_app.calls.wallet_names import name_consultations
        from sessions_app.requests import drafts, live
        from sessions_app.room.heartbeat import Alive
        from wallet import checks, references, roles

        registry.register_topic("u", live.incoming, personal=True)
        registry.register_topic("u", live.engaged, personal=True)
        registry.register_topic("q", live.progress, personal=True)
        registry.register_topic("m", live.written, personal=True)
        registry.register_companion(Alive)
        registry.register_action("delivered", live.delivered)
        registry.register_action("seen", live.seen)
        references.register("consultation", name_consultations)
        for rule in ledger_checks.RULES:
            checks.register(rule)
        checks.register_guards(ledger_checks.GUARDS)
        roles.register_rights(ledger_checks.RIGHTS)
        chores.register(drafts.delete_old, web_processes.delete_ended)
