"""Services for people's wallets and for the platform's books, each in its own transaction."""

from wallet.services.top_ups import top_up

__all__ = ["top_up"]
