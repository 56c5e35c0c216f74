from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from wallet import references


class WalletConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "wallet"
    verbose_name = _("Wallet")

    def ready(self) -> None:
        from marketplace.core import chores
        from wallet.maintenance.maturing import mature_due
        from wallet.maintenance.reconcile import check_ledger_if_due
        from wallet.maintenance.snapshots import take_snapshots_if_due

        references.register("topup", references.name_top_ups)
        chores.register(check_ledger_if_due, take_snapshots_if_due, mature_due)
