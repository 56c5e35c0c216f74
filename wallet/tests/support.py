"""What tests of money share: key texts, one call in its own transaction, and looks into the tables."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from wallet import ledger
from wallet.models import Account, Journal

CLARA, CONRAD, STELLA = "user:1", "user:2", "user:3"
ADA, BORIS = 41, 42  # members of staff, once `make_staff` was called
CALL = "consultation:11111111-1111-4111-8111-111111111111"
OTHER_CALL = "consultation:22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@contextmanager
def guard_off(table: str, trigger: str) -> Iterator[None]:
    """A trigger switched off, to show what stands behind it and what happens without it."""
    rows(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        yield
    finally:
        rows(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement; what it answers, if it answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def book(move: Callable[..., ledger.Posted], **values: Any) -> ledger.Posted:
    """One ledger call in a transaction of its own, in test credits, at noon."""
    with transaction.atomic(savepoint=False):
        return move(**{"currency": "XTS", "now": NOON, **values})


def attempt(move: Callable[..., ledger.Posted], **values: Any) -> ledger.Posted:
    """Like `book`, but a refusal leaves the test's own transaction usable."""
    with transaction.atomic(savepoint=True):
        return move(**{"currency": "XTS", "now": NOON, **values})


def give(owner: str, amount: int, key: str = "topup:start", **values: Any) -> ledger.Posted:
    """Credits to begin a story with."""
    return book(ledger.top_up, owner=owner, amount=amount, key=f"{key}:{owner}", reference=key, **values)


def make_staff() -> None:
    """The accounts of Ada and Boris."""
    for pk, name in ((ADA, "ada"), (BORIS, "boris")):
        get_user_model().objects.create(pk=pk, email=f"{name}@example.com", is_staff=True)


def reverse(*, first: str, currency: str = "", **values: Any) -> ledger.Posted:
    """Reverse what the key `first` booked; the currency stays that of the first, so none is asked for."""
    return ledger.reverse(journal_id=Journal.objects.get(idem_key=first).pk, **values)


def balances() -> dict[tuple[str, str], int]:
    """Every account that is not empty, by kind and owner."""
    found = rows("SELECT kind, owner, ledger_balance(id) FROM wallet_account")
    return {(kind, owner): amount for kind, owner, amount in found if amount}


def of(kind: str, owner: str = "") -> int:
    """The balance of one account; 0 when nobody has used it yet."""
    return balances().get((kind, owner), 0)


def counts() -> tuple[int, ...]:
    """How many accounts, journals and postings there are."""
    return tuple(
        rows(f"SELECT count(*) FROM wallet_{name}")[0][0] for name in ("account", "journal", "posting")
    )


def account_id(kind: str, owner: str = "", currency: str = "XTS") -> int:
    """The id of an account that exists."""
    return Account.objects.get(kind=kind, owner=owner, currency=currency).pk


def wait_for_the_horizon() -> None:
    """Until no transaction that was open before is open any more, also in other databases of this server."""
    [(mine,)] = rows("SELECT pg_current_xact_id()::text::bigint")
    for _ in range(200):
        [(horizon,)] = rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        if horizon > mine:
            return
        time.sleep(0.1)
    raise AssertionError("an older transaction stayed open on this server for 20 s")
