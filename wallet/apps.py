from django.apps import AppConfig

from wallet import references


class WalletConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "wallet"
    verbose_name = "Wallet"

    def ready(self) -> None:
        references.register("topup", references.name_top_ups)
