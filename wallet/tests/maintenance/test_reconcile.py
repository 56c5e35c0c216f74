"""`ledger_check`, its timer, and maturing: what the house does with its books by itself."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from marketplace.core import rules
from marketplace.core.time import now, travel
from tests.support.race import race, winners
from wallet import checks, ledger
from wallet.maintenance.maturing import mature_due
from wallet.maintenance.reconcile import check_ledger, check_ledger_if_due
from wallet.models import LedgerCheck
from wallet.tests.support import (
    CALL,
    CLARA,
    CONRAD,
    NOON,
    OTHER_CALL,
    account_id,
    book,
    give,
    guard_off,
    of,
    rows,
)

pytestmark = pytest.mark.django_db(transaction=True)


def paid(consultation=CALL, moment=NOON):
    book(ledger.hold, client=CLARA, consultation=consultation, amount=2000, now=moment)
    values = {"client": CLARA, "consultant": CONRAD, "consultation": consultation, "now": moment}
    book(ledger.capture, **values, used=1200, fee=240)


def break_a_balance():
    with guard_off("wallet_account", "ledger_account_derived"):
        rows("UPDATE wallet_account SET balance = balance + 1 WHERE owner = %s", CLARA)


def test_right_books_are_called_right(capsys):
    give(CLARA, 5000)
    paid()
    call_command("ledger_check")

    told = capsys.readouterr().out
    assert "5 postings" in told and "The books are correct." in told
    assert LedgerCheck.objects.get().is_right


def test_wrong_books_exit_with_1_and_name_the_rows(capsys):
    give(CLARA, 5000)
    break_a_balance()

    with pytest.raises(SystemExit) as left:
        call_command("ledger_check")

    told = capsys.readouterr().err
    assert left.value.code == 1
    assert "I1 in each currency all accounts add up to 0: 1 broken" in told
    assert f"{account_id('client_available', CLARA)}, client_available, {CLARA}, 5001, 5000" in told


def test_switched_off_guard_is_a_violation():
    with guard_off("wallet_posting", "ledger_posting_apply"):
        [broken] = checks.guards_missing()

    assert broken.rows == [("ledger_posting_apply", "trigger missing or switched off")]
    assert checks.guards_missing() == []


def test_dropped_constraint_is_a_violation():
    rows("ALTER TABLE wallet_posting RENAME CONSTRAINT wallet_posting_two_accounts TO gone")
    try:
        [broken] = checks.guards_missing()
    finally:
        rows("ALTER TABLE wallet_posting RENAME CONSTRAINT gone TO wallet_posting_two_accounts")

    assert broken.rows == [("wallet_posting_two_accounts", "constraint missing or not validated")]


def test_payout_that_takes_too_long_is_a_violation():
    give(CLARA, 5000)
    paid()
    with travel(NOON):
        late = NOON + timedelta(hours=rules.DISPUTE_HOURS)
        book(ledger.mature, consultant=CONRAD, consultation=CALL, now=late)
        book(ledger.payout, consultant=CONRAD, payout="payout:1", amount=960, now=late)
    with travel(late + timedelta(hours=rules.TRANSIT_HOURS)):
        assert checks.violations() == []
    with travel(late + timedelta(hours=rules.TRANSIT_HOURS, seconds=1)):
        [broken] = checks.violations()

    assert broken.rule == "I11 no transfer is in transit for too long"


def test_many_broken_rows_are_counted_and_the_first_are_named():
    for number in range(checks.SHOWN + 5):
        give(f"user:{100 + number}", 500, key=f"k{number}")
    with guard_off("wallet_account", "ledger_account_derived"):
        rows("UPDATE wallet_account SET balance = balance + 1 WHERE balance_mode = 'row'")

    stored = next(broken for broken in checks.violations() if broken.rule.startswith("I2"))
    assert (stored.count, len(stored.rows)) == (checks.SHOWN + 5, checks.SHOWN)


def test_check_sees_one_snapshot_and_writes_nothing():
    """Read-only: a rule that tried to repair something would fail."""
    checks.register(
        checks.Rule("I99", "nobody writes here", "SELECT 1 FROM pg_current_xact_id() WHERE false")
    )

    assert checks.violations() == []


def test_hourly_check_runs_once_an_hour_whoever_asks():
    first = check_ledger_if_due()

    assert first is not None and first.is_right
    assert check_ledger_if_due() is None
    with travel(now() + timedelta(seconds=rules.LEDGER_CHECK_SECONDS + 1)):
        assert check_ledger_if_due() is not None


def test_hourly_check_of_8_processes_is_one():
    outcomes = race(*[check_ledger_if_due] * 8)

    assert len([check for check in winners(outcomes) if check]) == 1
    assert LedgerCheck.objects.count() == 1


def test_check_that_never_finished_is_not_called_right():
    with transaction.atomic(durable=True):
        row = LedgerCheck.objects.create(started_at=now())

    assert not row.is_right


def test_violations_are_kept_for_the_board():
    give(CLARA, 5000)
    break_a_balance()

    kept = check_ledger()

    assert [broken["rule"][:2] for broken in kept.violations] == ["I1", "I2"]
    assert kept.postings == 1


def test_due_earnings_mature_and_others_wait():
    give(CLARA, 5000)
    paid()
    paid(OTHER_CALL, NOON + timedelta(hours=1))
    with travel(NOON + timedelta(hours=rules.DISPUTE_HOURS)):
        assert mature_due() == 1
        assert mature_due() == 0

    assert (of("consultant_available", CONRAD), of("consultant_pending", CONRAD)) == (960, 960)


def test_maturing_at_once_matures_once():
    give(CLARA, 5000)
    paid()
    with travel(NOON + timedelta(days=9)):
        moment = now()

    def mature():
        with travel(moment):
            return mature_due()

    assert sum(winners(race(*[mature] * 6))) == 1
    assert of("consultant_available", CONRAD) == 960


def test_refunded_call_is_not_asked_again():
    give(CLARA, 5000)
    paid()
    values = {"client": CLARA, "consultant": CONRAD, "consultation": CALL}
    book(ledger.refund, **values, amount=1200, dispute="dispute:1")

    with travel(NOON + timedelta(days=9)):
        assert mature_due() == 0


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("I5 a text of an earlier version", "I5 a key is used once"),
        ("I99 a rule that is gone", "I99 a rule that is gone"),
        ("", ""),
    ],
)
def test_a_stored_rule_is_shown_in_the_words_of_today(stored, shown):
    assert checks.in_words(stored) == shown
