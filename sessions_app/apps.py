from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from marketplace.core import chores
        from marketplace.live import registry
        from sessions_app import ledger_checks, live
        from sessions_app.alive import Alive
        from sessions_app.references import name_consultations
        from sessions_app.services import drafts, web_processes
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
