"""Named read queries. Nothing here writes, and the number of queries does not grow with the lines."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from marketplace.core import rules
from wallet.models import Account, AccountKind, LedgerCheck, Op, owner_key
from wallet.references import Reference, resolve

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# The kinds of a statement's filter: the word in the address, its label, the operations.
KINDS: dict[str, tuple["StrOrPromise", tuple[Op, ...]]] = {
    "bought": (_("Top-ups"), (Op.TOP_UP,)),
    "calls": (_("Calls"), (Op.HOLD, Op.EXTEND, Op.RELEASE, Op.CAPTURE)),
    "back": (
        _("Refunds"),
        (Op.REFUND, Op.CASH_REFUND, Op.CASH_REFUND_DONE, Op.CASH_REFUND_FAILED, Op.CHARGEBACK),
    ),
    "staff": (_("By staff"), (Op.ADJUST, Op.REVERSE)),
}


@dataclass(frozen=True)
class Balance:
    """A client's spendable credits and those set aside for calls, in hundredths of a credit."""

    available: int
    held: int


@dataclass(frozen=True)
class Earnings:
    """A consultant's earnings: in the dispute window, ready to be paid out, on their way, and paid out.

    `pending_until`: when the first pending earnings become available.
    """

    pending: int
    available: int
    on_its_way: int = 0
    paid: int = 0
    pending_until: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One transfer in a client's wallet.

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
        """The operation's label on a statement."""
        return str(Op(self.op).label)


@dataclass(frozen=True)
class Statement:
    """A page of lines, newest first, and the total number of lines."""

    lines: list[Line]
    total: int


def balance(user_id: int, currency: str | None = None) -> Balance:
    """The client's credits: available and held. A person who never had any has 0 and 0."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCE_SQL, [owner_key(user_id), currency or settings.WALLET_CURRENCY])
        available, held = cursor.fetchone()
    return Balance(available=available, held=held)


def earnings_totals(user_id: int, currency: str | None = None) -> Earnings:
    """The consultant's earnings: pending (until when), available, on the way, paid."""
    kinds = (AccountKind.CONSULTANT_PENDING, AccountKind.CONSULTANT_AVAILABLE)
    rows = Account.objects.filter(
        kind__in=kinds, owner=owner_key(user_id), currency=currency or settings.WALLET_CURRENCY
    )
    found = {kind: (pk, balance) for kind, pk, balance in rows.values_list("kind", "pk", "balance")}
    pending_id, pending = found.get(AccountKind.CONSULTANT_PENDING, (None, 0))
    available_id, available = found.get(AccountKind.CONSULTANT_AVAILABLE, (None, 0))
    with connection.cursor() as cursor:
        cursor.execute(PAID_SQL, [available_id])
        on_its_way, paid = cursor.fetchone()
        cursor.execute(OLDEST_PENDING_SQL, [pending_id, pending_id])
        [oldest] = cursor.fetchone()
    until = oldest + timedelta(hours=rules.DISPUTE_HOURS) if pending and oldest else None
    return Earnings(pending, available, on_its_way, paid, until)


def statement(
    user_id: int,
    currency: str | None = None,
    *,
    limit: int = 24,
    offset: int = 0,
    since: datetime | None = None,
    before: datetime | None = None,
    kind: str = "",
) -> Statement:
    """The client's transfers, newest first, each with the balances after it and its reference.

    `since` and `before` limit the time, `kind` is one of KINDS. Two queries for the lines, and one for each
    kind of reference.
    """
    ops = [str(op) for op in (KINDS[kind][1] if kind else Op.values)]
    values = [owner_key(user_id), currency or settings.WALLET_CURRENCY, since, since, before, before, ops]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT_SQL, [*values, limit, offset])
        rows = cursor.fetchall()
    named = resolve(row[2] for row in rows)
    total = rows[0][-1] if rows else 0
    return Statement(lines=[_line(row, named) for row in rows], total=total)


def months(user_id: int, zone: str, currency: str | None = None) -> list[str]:
    """The months ("2026-03", by that time zone) in which something moved, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS_SQL, [owner_key(user_id), currency or settings.WALLET_CURRENCY, zone])
        return [month for (month,) in cursor.fetchall()]


def _line(row: tuple[Any, ...], named: dict[str, Reference]) -> Line:
    return Line(*[*row[:-1], named[row[2]]])


def recent_checks(limit: int = 12) -> list[LedgerCheck]:
    """The last runs of all rules, newest first."""
    return list(LedgerCheck.objects.order_by("-started_at")[:limit])


def system_balances() -> list[tuple[str, str, int]]:
    """The platform's accounts: the label, currency and balance of each."""
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

# Each move is seen from the client's side: credits leave the wallet for an escrow (held), return from it, or
# leave the escrow for another account (paid). The window sums them in the order in which they were booked.
LINES = """
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
      FROM move GROUP BY journal_id),
booked AS (
    SELECT j.id, j.op, j.reference, j.occurred_at, l.available, l.held, l.paid,
           (sum(l.available) OVER so_far)::bigint, (sum(l.held) OVER so_far)::bigint
      FROM line l JOIN wallet_journal j ON j.id = l.journal_id
    WINDOW so_far AS (ORDER BY j.id))
"""
STATEMENT_SQL = f"""{LINES}
SELECT b.*, count(*) OVER () FROM booked b
 WHERE (%s::timestamptz IS NULL OR b.occurred_at >= %s) AND (%s::timestamptz IS NULL OR b.occurred_at < %s)
   AND b.op = ANY (%s)
 ORDER BY b.id DESC LIMIT %s OFFSET %s
"""  # noqa: S608 (a constant)
MONTHS_SQL = f"""{LINES}
SELECT DISTINCT to_char(b.occurred_at AT TIME ZONE %s, 'YYYY-MM') AS month FROM booked b ORDER BY month DESC
"""  # noqa: S608 (a constant)

PAID_SQL = """
SELECT coalesce(sum(a.balance), 0)::bigint,
       coalesce(sum((SELECT sum(out.amount)
                       FROM wallet_posting out JOIN wallet_journal j ON j.id = out.journal_id
                      WHERE out.debit_id = a.id AND j.op = 'payout_done')), 0)::bigint
  FROM wallet_posting asked JOIN wallet_account a ON a.id = asked.credit_id AND a.kind = 'payout_transit'
 WHERE asked.debit_id = %s
"""
OLDEST_PENDING_SQL = """
SELECT min(j.occurred_at)
  FROM wallet_posting p JOIN wallet_journal j ON j.id = p.journal_id AND j.op = 'capture'
 WHERE p.credit_id = %s AND NOT EXISTS (
       SELECT FROM wallet_journal m JOIN wallet_posting gone ON gone.journal_id = m.id AND gone.debit_id = %s
        WHERE m.reference = j.reference AND m.op IN ('mature', 'refund'))
"""
