"""Earnings become available when the time for questions about a call is over."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from marketplace import rules
from marketplace.time import now
from wallet import ledger
from wallet.errors import WalletError

log = logging.getLogger(__name__)
BATCH = 200

# Paid calls with something left pending; one that was refunded in full has nothing left.
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
    """Mature what is due, each call in a transaction of its own; how many calls were."""
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
    except WalletError:  # somebody was faster, or a refund came first: it is asked again the next time
        log.warning("not matured", exc_info=True, extra={"fields": {"reference": consultation}})
        return False
    return not done.replayed
