"""What shows only at a real COMMIT or between two transactions."""

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from tests.support.flush_guard import empty
from wallet import errors, ledger
from wallet.checks import violations
from wallet.models import Account
from wallet.tests.support import (
    CALL,
    CLARA,
    CONRAD,
    NOON,
    account_id,
    book,
    counts,
    give,
    guard_off,
    of,
    rows,
    wait_for_the_horizon,
)

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY_JOURNAL = """
    INSERT INTO wallet_journal (op, idem_key, request_hash, reference, occurred_at)
    VALUES ('hold', 'raw', '\\x00', 'raw:1', clock_timestamp()) RETURNING id"""
POSTING = "INSERT INTO wallet_posting (n, journal_id, debit_id, credit_id, amount) VALUES (9, %s, %s, %s, %s)"


def test_ledger_outside_a_transaction_moves_nothing():
    with pytest.raises(errors.OutsideTransaction):
        ledger.top_up(owner=CLARA, amount=100, currency="XTS", key="k", reference="r", now=NOON)

    assert counts() == (0, 0, 0)


def test_posting_cannot_be_added_to_an_old_journal():
    old = give(CLARA, 5000).journal_id

    with pytest.raises(IntegrityError, match="only the transaction that made a journal"):
        rows(POSTING, old, account_id("cash_clearing"), account_id("client_available", CLARA), 1)

    assert of("client_available", CLARA) == 5000


def test_empty_journal_cannot_commit():
    with pytest.raises(IntegrityError, match="has no posting"), transaction.atomic():
        rows(EMPTY_JOURNAL)

    assert counts() == (0, 0, 0)


def test_refusal_dooms_what_the_caller_did_before():
    with transaction.atomic():
        ledger.top_up(owner=CLARA, amount=100, currency="XTS", key="k", reference="r", now=NOON)
        with pytest.raises(errors.InsufficientCredits):
            ledger.hold(client=CLARA, consultation=CALL, amount=101, currency="XTS", now=NOON)

    assert counts() == (0, 0, 0)


def test_locked_wallet_is_busy_and_nothing_is_moved():
    give(CLARA, 5000)
    locked, done = threading.Event(), threading.Event()

    def lock() -> None:
        with transaction.atomic():
            list(Account.objects.select_for_update().filter(owner=CLARA))
            locked.set()
            done.wait(20)
        connections.close_all()

    holder = threading.Thread(target=lock)
    holder.start()
    locked.wait(20)
    try:
        with transaction.atomic():
            rows("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(errors.LedgerBusy):
                ledger.hold(client=CLARA, consultation=CALL, amount=100, currency="XTS", now=NOON)
    finally:
        done.set()
        holder.join()
    assert of("client_available", CLARA) == 5000
    assert of("escrow", CALL) == 0


def test_reading_a_wallet_for_a_foreign_key_does_not_wait_for_money():
    give(CLARA, 5000)
    with transaction.atomic():
        ledger.hold(client=CLARA, consultation=CALL, amount=100, currency="XTS", now=NOON)
        seen: list[object] = []

        def look() -> None:
            with transaction.atomic():
                rows("SET LOCAL lock_timeout = '500ms'")
                seen.extend(rows("SELECT id FROM wallet_account WHERE owner = %s FOR KEY SHARE", CLARA))
            connections.close_all()

        other = threading.Thread(target=look)
        other.start()
        other.join(10)
    assert len(seen) == 1


def test_flush_leaves_the_guards_enabled():
    give(CLARA, 5000)
    empty()

    assert counts() == (0, 0, 0)
    off = rows("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'ledger%' AND tgenabled <> 'O'")
    assert off == []


def test_reconciliation_finds_what_a_switched_off_guard_let_through():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    with guard_off("wallet_account", "ledger_account_derived"):
        rows("UPDATE wallet_account SET balance = balance + 1 WHERE owner = %s", CLARA)
    broken = [violation.rule[:2] for violation in violations()]

    assert broken == ["I1", "I2"]


def test_replica_role_gets_past_the_triggers_and_the_checks_name_each_damage():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    book(ledger.release, client=CLARA, consultation=CALL)
    with transaction.atomic():
        rows("SET LOCAL session_replication_role = replica")
        rows(EMPTY_JOURNAL)
        rows(POSTING, 10**12, account_id("client_available", CLARA), account_id("escrow", CALL), 7)
        rows("UPDATE wallet_account SET balance = 7 WHERE kind = 'escrow'")
    broken = {violation.rule[:2] for violation in violations()}

    assert broken == {"I1", "I2", "I4", "I6", "I7"}


def test_fold_account_counts_what_came_after_its_snapshot():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    book(ledger.capture, client=CLARA, consultant=CONRAD, consultation=CALL, used=1200, fee=240)
    wait_for_the_horizon()
    rows(
        "INSERT INTO wallet_foldsnapshot (account_id, upto, balance) "
        "SELECT %s, pg_snapshot_xmin(pg_current_snapshot()), 240", account_id("platform_revenue")
    )  # fmt: skip
    assert of("platform_revenue") == 240

    other = CALL.replace("1", "4")
    book(ledger.hold, client=CLARA, consultation=other, amount=2000)
    book(ledger.capture, client=CLARA, consultant=CONRAD, consultation=other, used=2000, fee=400)

    assert of("platform_revenue") == 640
