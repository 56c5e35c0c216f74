"""The ledger gateway: the only code that moves money, a thin layer over the SQL functions of `wallet/sql/`.

Every function runs inside the caller's transaction, together with the change of the row that the money pays
for. The caller locks that row first (docs/decisions/0003-locking-order.md) and makes one ledger call per
transaction. A refusal aborts the whole transaction, even if the caller catches it.
"""

from wallet.ledger.calls import capture, extend, hold, mature, refund, release
from wallet.ledger.cash import (
    cash_refund,
    cash_refund_done,
    cash_refund_failed,
    chargeback,
    payout,
    payout_done,
    payout_failed,
    top_up,
    top_up_fee,
)
from wallet.ledger.gateway import GUARDS, Posted, refusals_named
from wallet.ledger.staff import adjust, reverse

__all__ = [
    "GUARDS",
    "Posted",
    "adjust",
    "capture",
    "cash_refund",
    "cash_refund_done",
    "cash_refund_failed",
    "chargeback",
    "extend",
    "hold",
    "mature",
    "payout",
    "payout_done",
    "payout_failed",
    "refund",
    "refusals_named",
    "release",
    "reverse",
    "top_up",
    "top_up_fee",
]
