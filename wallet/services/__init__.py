"""What people do with their wallet, and what the house does with its books, each in its own transaction."""

from wallet.services.top_ups import top_up

__all__ = ["top_up"]
