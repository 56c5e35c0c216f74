"""Earnings become available when a call's dispute window is over."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from marketplace.core import rules
from marketplace.core.time import now
from wallet import ledger
from wallet.errors import WalletError

log = logging.getLogger(__name__)
BATCH = 200

# Paid calls with pending earnings; a call that was refunded in full has none.
DUE = """
    SELECT a.owner, j.reference, a.currency
      FROM wallet_account a
      JOIN wallet_posting p ON p.credit_id = a.id
      JOIN wallet_journal j ON j.id = p.journal_id AND j.op = 'capture' AND j.occurred_at <= %s
     WHERE a.kind = 'consultant_pending' AND a.balance > 0
       AND p.amount > (
           SELECT coalesce(sum(gone.amount), 0)
             FROM wallet_journal g JOIN wallet_posting gone ON gone.journal_id = g.id
            WHERE g.reference = j.reference AND g.op IN ('mature', 'refund') AND gone.debit_id = a.id)
     ORDER BY j.id LIMIT %s
"""


def mature_due() -> int:
    """Mature the due earnings, one transaction per call; returns the number of calls."""
    moment = now()
    return sum(_mature(*row, moment) for row in _due(moment))


def _due(moment: datetime) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [moment - timedelta(hours=rules.DISPUTE_HOURS), BATCH])
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    return rows


def _mature(consultant: str, consultation: str, currency: str, moment: datetime) -> bool:
    try:
        with transaction.atomic(durable=True):
            done = ledger.mature(
                consultant=consultant, consultation=consultation, currency=currency, now=moment
            )
    except WalletError:  # another process or a refund came first: the next run tries again
        log.warning("earnings not matured", exc_info=True, extra={"fields": {"reference": consultation}})
        return False
    return not done.replayed
