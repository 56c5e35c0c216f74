"""Reads that have a name. Nothing here writes, and the number of queries does not grow with the lines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from wallet.models import Account, AccountKind, LedgerCheck, Op, owner_key
from wallet.references import Reference, resolve


@dataclass(frozen=True)
class Balance:
    """What a client can spend and what is set aside for calls, in hundredths of a credit."""

    available: int
    held: int


@dataclass(frozen=True)
class Earnings:
    """What a consultant has earned: still inside the dispute window, and ready to be paid out."""

    pending: int
    available: int


@dataclass(frozen=True)
class Line:
    """One movement of a client's wallet.

    `amount` changed the available credits (negative: out), `held` what is set aside; `paid` went to others.
    """

    journal_id: int
    op: str
    reference: str
    occurred_at: datetime
    amount: int
    held: int
    paid: int
    available_after: int
    held_after: int
    what: Reference

    @property
    def op_label(self) -> str:
        """The operation in the words of a statement."""
        return str(Op(self.op).label)


@dataclass(frozen=True)
class Statement:
    """A page of lines, newest first, and how many there are in all."""

    lines: list[Line]
    total: int


def balance(user_id: int, currency: str | None = None) -> Balance:
    """The client's credits: available and held. Somebody who never had any has 0 and 0."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCE_SQL, [owner_key(user_id), currency or settings.WALLET_CURRENCY])
        available, held = cursor.fetchone()
    return Balance(available=available, held=held)


def earnings_totals(user_id: int, currency: str | None = None) -> Earnings:
    """The consultant's earnings, pending and available."""
    kinds = (AccountKind.CONSULTANT_PENDING, AccountKind.CONSULTANT_AVAILABLE)
    rows = Account.objects.filter(
        kind__in=kinds, owner=owner_key(user_id), currency=currency or settings.WALLET_CURRENCY
    )
    sums = dict(rows.values_list("kind").annotate(Sum("balance")))
    return Earnings(
        pending=sums.get(AccountKind.CONSULTANT_PENDING, 0),
        available=sums.get(AccountKind.CONSULTANT_AVAILABLE, 0),
    )


def statement(user_id: int, currency: str | None = None, *, limit: int = 24, offset: int = 0) -> Statement:
    """The client's movements, newest first, each with its balances after and what it was for.

    Two queries for the lines, and one for each kind of thing they refer to.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT_SQL, [owner_key(user_id), currency or settings.WALLET_CURRENCY, limit, offset]
        )
        rows = cursor.fetchall()
    named = resolve(row[2] for row in rows)
    total = rows[0][-1] if rows else 0
    return Statement(lines=[_line(row, named) for row in rows], total=total)


def _line(row: tuple[Any, ...], named: dict[str, Reference]) -> Line:
    return Line(*[*row[:-1], named[row[2]]])


def recent_checks(limit: int = 12) -> list[LedgerCheck]:
    """The last runs of all rules, newest first."""
    return list(LedgerCheck.objects.order_by("-started_at")[:limit])


def system_balances() -> list[tuple[str, str, int]]:
    """The accounts of the house: what each is, its currency and balance."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, currency, ledger_balance(id) FROM wallet_account "
            "WHERE owner = '' ORDER BY kind, currency"
        )
        rows = cursor.fetchall()
    return [(str(AccountKind(kind).label), currency, amount) for kind, currency, amount in rows]


BALANCE_SQL = """
SELECT coalesce(max(mine.balance), 0), coalesce(sum(held.balance), 0)::bigint
  FROM (SELECT id, balance FROM wallet_account
         WHERE kind = 'client_available' AND owner = %s AND currency = %s) mine
  LEFT JOIN LATERAL (
        SELECT a.balance FROM wallet_account a
         WHERE a.kind = 'escrow' AND a.balance > 0
           AND a.id IN (SELECT p.credit_id FROM wallet_posting p WHERE p.debit_id = mine.id)) held ON true
"""

# A move is seen from the client's side: credits leave the wallet for an escrow (held), come back from it, or
# leave the escrow for somebody else (paid). The window sums them up in the order in which they were booked.
STATEMENT_SQL = """
WITH mine AS (
    SELECT id FROM wallet_account WHERE kind = 'client_available' AND owner = %s AND currency = %s),
escrow AS (
    SELECT DISTINCT a.id
      FROM wallet_posting p JOIN wallet_account a ON a.id = p.credit_id AND a.kind = 'escrow'
     WHERE p.debit_id = (SELECT id FROM mine)),
move AS (
    SELECT p.journal_id, -p.amount AS available,
           CASE WHEN p.credit_id IN (SELECT id FROM escrow) THEN p.amount ELSE 0 END AS held, 0 AS paid
      FROM wallet_posting p WHERE p.debit_id = (SELECT id FROM mine)
    UNION ALL
    SELECT p.journal_id, p.amount,
           CASE WHEN p.debit_id IN (SELECT id FROM escrow) THEN -p.amount ELSE 0 END, 0
      FROM wallet_posting p WHERE p.credit_id = (SELECT id FROM mine)
    UNION ALL
    SELECT p.journal_id, 0, -p.amount, p.amount
      FROM wallet_posting p JOIN escrow e ON e.id = p.debit_id
     WHERE p.credit_id <> (SELECT id FROM mine)),
line AS (
    SELECT journal_id,
           sum(available)::bigint AS available, sum(held)::bigint AS held, sum(paid)::bigint AS paid
      FROM move GROUP BY journal_id)
SELECT j.id, j.op, j.reference, j.occurred_at, l.available, l.held, l.paid,
       (sum(l.available) OVER booked)::bigint, (sum(l.held) OVER booked)::bigint, count(*) OVER ()
  FROM line l JOIN wallet_journal j ON j.id = l.journal_id
WINDOW booked AS (ORDER BY j.id)
 ORDER BY j.id DESC LIMIT %s OFFSET %s
"""
