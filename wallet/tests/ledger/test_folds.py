"""Accounts without a balance of their own: a snapshot and what came after it, cut where nothing is lost."""

import threading

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from wallet import ledger
from wallet.maintenance.snapshots import take_snapshots, take_snapshots_if_due
from wallet.models import FoldSnapshot
from wallet.tests.support import CLARA, CONRAD, NOON, account_id, book, give, of, rows, wait_for_the_horizon

pytestmark = pytest.mark.django_db(transaction=True)


def call(name: str, used: int = 2000) -> None:
    values = {"client": CLARA, "consultation": f"consultation:{name}"}
    book(ledger.hold, **values, amount=2000)
    book(ledger.capture, **values, consultant=CONRAD, used=used, fee=used // 5)


def revenue_by_hand() -> int:
    """Credits less debits of all postings, without any snapshot."""
    [(total,)] = rows(
        "SELECT sum(CASE WHEN credit_id = %s THEN amount ELSE -amount END)::bigint FROM wallet_posting "
        "WHERE %s IN (credit_id, debit_id)", account_id("platform_revenue"), account_id("platform_revenue")
    )  # fmt: skip
    return total


def test_snapshots_change_no_balance():
    give(CLARA, 100_000)
    for number in range(3):
        call(f"a{number}")
        take_snapshots()
        call(f"b{number}", used=100)

        assert of("platform_revenue") == revenue_by_hand()
        assert of("cash_clearing") == -100_000


def test_snapshot_is_built_upon_the_one_before():
    give(CLARA, 100_000)
    call("a")
    wait_for_the_horizon()
    take_snapshots()
    call("b")
    wait_for_the_horizon()
    take_snapshots()

    kept = FoldSnapshot.objects.filter(account=account_id("platform_revenue")).order_by("upto")
    assert [row.balance for row in kept] == [400, 800]


def test_nothing_new_means_no_new_sum():
    give(CLARA, 100_000)
    wait_for_the_horizon()
    take_snapshots()
    take_snapshots()

    assert {row.balance for row in FoldSnapshot.objects.all()} == {-100_000}
    assert of("cash_clearing") == -100_000


def test_cut_at_the_highest_id_loses_money_and_ours_does_not():
    """A transaction books a fee, stays open while others commit and a snapshot is taken, then commits."""
    give(CLARA, 100_000)
    call("before")
    booked, go_on = threading.Event(), threading.Event()
    book(ledger.hold, client=CLARA, consultation="consultation:slow", amount=2000)
    give("user:9", 2000)
    book(ledger.hold, client="user:9", consultation="consultation:quick", amount=2000)

    def slow() -> None:
        with transaction.atomic():
            ledger.capture(
                client=CLARA, consultant=CONRAD, consultation="consultation:slow", used=35, fee=7,
                currency="XTS", now=NOON,
            )  # fmt: skip
            booked.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    booked.wait(20)
    book(
        ledger.capture,
        client="user:9",
        consultant="user:8",
        consultation="consultation:quick",
        used=2000,
        fee=400,
    )
    [(careless_cut, careless_sum)] = rows(
        "SELECT max(journal_id), sum(amount)::bigint FROM wallet_posting WHERE credit_id = %s",
        account_id("platform_revenue"),
    )
    take_snapshots()
    go_on.set()
    thread.join()

    [(after_careless,)] = rows(
        "SELECT coalesce(sum(amount), 0)::bigint FROM wallet_posting "
        "WHERE credit_id = %s AND journal_id > %s",
        account_id("platform_revenue"), careless_cut,
    )  # fmt: skip
    truth = revenue_by_hand()
    assert truth == 807
    assert careless_sum + after_careless == truth - 7  # lost, for ever
    assert of("platform_revenue") == truth


def test_snapshots_are_taken_once_a_day_whoever_asks():
    give(CLARA, 100_000)

    assert take_snapshots_if_due() == 1
    assert take_snapshots_if_due() == 0


def test_command_sums_up_and_begins_anew(capsys):
    give(CLARA, 100_000)
    call("a")
    call_command("ledger_snapshots")
    call_command("ledger_snapshots", "--anew")

    assert "2 sums written." in capsys.readouterr().out
    assert FoldSnapshot.objects.count() == 2
    assert of("platform_revenue") == 400
