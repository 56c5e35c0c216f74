"""Which rows an operation holds while it waits, and what it sees afterwards: meetings that are planned."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from marketplace.core import rules
from marketplace.core.time import travel
from wallet import errors, ledger
from wallet.checks import violations
from wallet.tests.support import CALL, CLARA, CONRAD, NOON, account_id, balances, book, give, rows

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 30
PEOPLE = [f"user:{number}" for number in range(1, 5)]
WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
JOURNAL = """
    INSERT INTO wallet_journal (op, idem_key, request_hash, reference, occurred_at)
    VALUES ('hold', %s, '\\x00', 'raw', clock_timestamp()) RETURNING id"""
POSTINGS = """
    INSERT INTO wallet_posting (journal_id, n, debit_id, credit_id, amount)
    SELECT %s, leg.n, leg.debit, leg.credit, 1
      FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS leg (debit, credit, n)"""


class Other:
    """A transaction in another thread, which comes to wait for the one of this thread."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act
        self.outcome: Any = TimeoutError()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            with transaction.atomic(durable=True):
                self.outcome = self.act()
        except Exception as problem:
            self.outcome = problem
        finally:
            connections.close_all()

    def comes_to_wait(self) -> None:
        """Begin, until the database says that it waits for this thread's transaction."""
        self.thread.start()
        until = time.monotonic() + SECONDS
        while not rows(WAITING):
            assert self.thread.is_alive(), f"it waited for nobody: {self.outcome!r}"
            assert time.monotonic() < until, "it never came to wait"
            time.sleep(0.01)

    def goes_on(self) -> Any:
        """What came of it after this thread's transaction was over: what it returned, or its exception."""
        self.thread.join(SECONDS)
        return self.outcome


def lock(accounts: list[int], how: str = "") -> list[int]:
    """Hold the rows of these accounts; with SKIP LOCKED those that nobody else holds. Which ones it got."""
    found = rows(f"SELECT id FROM wallet_account WHERE id = ANY (%s) FOR NO KEY UPDATE {how}", accounts)
    return sorted(pk for (pk,) in found)


def assert_ascending(act: Callable[[int], Any], accounts: list[int]) -> None:
    """While it waits for one of the rows, it holds all below and none above; `act` is told its turn."""
    for place, wanted in enumerate(accounts):
        other = Other(lambda place=place: act(place))
        with transaction.atomic(durable=True):
            lock([wanted])
            other.comes_to_wait()
            assert lock([pk for pk in accounts if pk != wanted], "SKIP LOCKED") == accounts[place + 1 :]
            transaction.set_rollback(True)
        assert not isinstance(other.goes_on(), Exception), other.outcome


@pytest.mark.parametrize(("people", "times"), [(2, 1), (4, 1), (4, 3)], ids=["one leg", "a few", "many"])
def test_balances_are_changed_in_ascending_order(people, times):
    for person in PEOPLE[:people]:
        give(person, 1000)
    accounts = sorted(account_id("client_available", person) for person in PEOPLE[:people])
    debits = accounts[:0:-1] * times

    def post(turn: int) -> None:
        [(journal,)] = rows(JOURNAL, f"raw:{turn}")
        rows(POSTINGS, journal, debits, [accounts[0]] * len(debits))

    assert_ascending(post, accounts)
    assert violations() == []


def test_accounts_of_a_settlement_are_locked_in_ascending_order():
    give(CLARA, 10_000)
    book(ledger.hold, client=CLARA, consultation="consultation:0", amount=100)
    book(ledger.capture, **settlement(0))
    call = "consultation:1"
    book(ledger.hold, client=CLARA, consultation=call, amount=100)
    accounts = sorted(
        account_id(*one)
        for one in (("client_available", CLARA), ("consultant_pending", CONRAD), ("escrow", call))
    )

    def settle(turn: int) -> None:
        ledger.capture(**settlement(1), currency="XTS", now=NOON)
        transaction.set_rollback(True)  # to be settled again in the next turn

    assert_ascending(settle, accounts)


def settlement(number: int) -> dict[str, Any]:
    return {
        "client": CLARA,
        "consultant": CONRAD,
        "consultation": f"consultation:{number}",
        "used": 60,
        "fee": 12,
    }


# --- what an operation sees after it waited

MORE = {"client": CLARA, "consultation": CALL, "number": 1, "amount": 667}
PAID = {"client": CLARA, "consultant": CONRAD, "consultation": CALL}
RELEASE = {"client": CLARA, "consultation": CALL}
CAPTURE = {**PAID, "used": 1200, "fee": 240}
MATURE = {"consultant": CONRAD, "consultation": CALL, "now": NOON + timedelta(hours=rules.DISPUTE_HOURS)}
HOLD = {"client": CLARA, "consultation": "consultation:more", "amount": 2000}
BACK = {"client": CLARA, "payment": "topup:start", "amount": 3000}
CHARGE = {"client": CLARA, "payment": "topup:start", "case": "stripe_dispute:1", "amount": 8000}
# Is the call paid before; what this thread does first; what waits for it; what the one that waited is told.
MEETINGS = {
    "release": (False, (ledger.extend, MORE), (ledger.release, RELEASE), ledger.Posted),
    "capture": (False, (ledger.extend, MORE), (ledger.capture, CAPTURE), ledger.Posted),
    "mature": (
        True,
        (ledger.refund, {**PAID, "amount": 1200, "dispute": "dispute:1"}),
        (ledger.mature, MATURE),
        errors.NothingPending,
    ),
    "refund": (
        True,
        (ledger.refund, {**PAID, "amount": 700, "dispute": "dispute:1"}),
        (ledger.refund, {**PAID, "amount": 700, "dispute": "dispute:2"}),
        errors.RefundExceedsBill,
    ),
    "cash_refund": (
        False,
        (ledger.cash_refund, {**BACK, "refund": "cashrefund:1"}),
        (ledger.cash_refund, {**BACK, "refund": "cashrefund:2"}),
        errors.RefundExceedsPayment,
    ),
    "chargeback": (False, (ledger.hold, HOLD), (ledger.chargeback, CHARGE), ledger.Posted),
}


@pytest.mark.parametrize(("paid", "first", "second", "told"), MEETINGS.values(), ids=MEETINGS)
def test_operation_that_waited_reckons_with_what_it_waited_for(paid, first, second, told):
    give(CLARA, 5000)
    give(CLARA, 5000, key="topup:another")
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    if paid:
        book(ledger.capture, **CAPTURE)

    other = Other(lambda: second[0](**{"currency": "XTS", "now": NOON, **second[1]}))
    with transaction.atomic(durable=True):
        first[0](**{"currency": "XTS", "now": NOON, **first[1]})
        other.comes_to_wait()

    assert type(other.goes_on()) is told, other.outcome
    left = balances()
    if told is ledger.Posted and second[0] is not ledger.chargeback:
        assert left.get(("escrow", CALL), 0) == 0
    if second[0] is ledger.chargeback:  # 8000 were free and 2000 of them are held now: the rest is a loss
        assert (left.get(("client_available", CLARA), 0), left["dispute_loss", ""]) == (0, -2000)
    with travel(NOON):
        assert violations() == []
