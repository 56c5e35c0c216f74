"""The wallet's pages."""

from wallet.views.statement import statement, statement_csv
from wallet.views.top_up import top_up
from wallet.views.wallet import wallet

__all__ = ["statement", "statement_csv", "top_up", "wallet"]
