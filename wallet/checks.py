"""What must always be true of the books, one query each; a row that comes back breaks the rule.

`ledger.md` names them I1 to I9. They are sums over all rows: for tests, for `ledger_check`, not for pages.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

SIDES = """
    SELECT side.account_id, sum(side.amount)::bigint AS balance FROM (
        SELECT credit_id AS account_id, amount FROM wallet_posting
        UNION ALL SELECT debit_id, -amount FROM wallet_posting) side
     GROUP BY side.account_id"""

INVARIANTS = {
    "I1 per currency all accounts together are 0": f"""
        SELECT a.currency, sum(CASE a.balance_mode WHEN 'row' THEN a.balance ELSE coalesce(s.balance, 0) END)
          FROM wallet_account a LEFT JOIN ({SIDES}) s ON s.account_id = a.id
         GROUP BY a.currency
        HAVING sum(CASE a.balance_mode WHEN 'row' THEN a.balance ELSE coalesce(s.balance, 0) END) <> 0""",  # noqa: S608 (a constant)
    "I2 a stored balance is what its postings add up to": f"""
        SELECT a.id, a.kind, a.owner, a.balance, s.balance
          FROM wallet_account a LEFT JOIN ({SIDES}) s ON s.account_id = a.id
         WHERE a.balance <> CASE a.balance_mode WHEN 'row' THEN coalesce(s.balance, 0) ELSE 0 END""",  # noqa: S608 (a constant)
    "I3 nobody is below the floor": """
        SELECT id, kind, owner, balance, floor FROM wallet_account WHERE balance < floor""",
    "I4 no journal is empty": """
        SELECT j.id, j.idem_key FROM wallet_journal j
         WHERE NOT EXISTS (SELECT FROM wallet_posting p WHERE p.journal_id = j.id)""",
    "I5 a key is used once": """
        SELECT idem_key, count(*) FROM wallet_journal GROUP BY idem_key HAVING count(*) > 1""",
    "I6 a posting names a journal and accounts that exist": """
        SELECT p.id, p.journal_id, p.debit_id, p.credit_id FROM wallet_posting p
         WHERE NOT EXISTS (SELECT FROM wallet_journal j WHERE j.id = p.journal_id)
            OR NOT EXISTS (SELECT FROM wallet_account a WHERE a.id = p.debit_id)
            OR NOT EXISTS (SELECT FROM wallet_account a WHERE a.id = p.credit_id)""",
    "I7 a settled consultation has an empty escrow": """
        SELECT a.id, a.owner, a.balance FROM wallet_account a
          JOIN wallet_journal j ON j.reference = a.owner AND j.op IN ('capture', 'release')
         WHERE a.kind = 'escrow' AND a.balance <> 0""",
    "I8 an open escrow holds all that was put in": """
        SELECT a.id, a.owner, a.balance, sum(p.amount) FROM wallet_account a
          LEFT JOIN wallet_posting p ON p.credit_id = a.id
         WHERE a.kind = 'escrow' AND NOT EXISTS (
               SELECT FROM wallet_journal j WHERE j.reference = a.owner AND j.op IN ('capture', 'release'))
         GROUP BY a.id HAVING a.balance <> coalesce(sum(p.amount), 0)""",
    "I9 a consultation is settled at most once": """
        SELECT reference, count(*) FROM wallet_journal WHERE op IN ('capture', 'release')
         GROUP BY reference HAVING count(*) > 1""",
}


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold, and the rows that break it."""

    rule: str
    rows: list[tuple[Any, ...]]


def violations() -> list[Violation]:
    """Ask all rules of one snapshot. Inside another transaction it is that transaction's view."""
    if connection.in_atomic_block:
        return _ask_all()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _ask_all()


def _ask_all() -> list[Violation]:
    broken = []
    with connection.cursor() as cursor:
        for rule, sql in INVARIANTS.items():
            cursor.execute(sql)
            if rows := cursor.fetchall():
                broken.append(Violation(rule, rows))
    return broken
