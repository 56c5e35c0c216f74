"""Real threads that want the same credits at the same moment: who wins, what losers hear, what is booked."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from marketplace.core import rules
from marketplace.core.time import now
from tests.support.race import SECONDS, losers, race, winners
from wallet import ledger, queries
from wallet.checks import violations
from wallet.models import Journal, TopUp
from wallet.payments import top_ups
from wallet.tests.support import CALL, CLARA, CONRAD, account_id, balances, book, give, guard_off, of, rows

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 16


def in_its_own_transaction(
    move: Callable[..., ledger.Posted], **values: object
) -> Callable[[], ledger.Posted]:
    def run() -> ledger.Posted:
        with transaction.atomic(durable=True):
            return move(**{"currency": "XTS", "now": now(), **values})

    return run


def hold(consultation: str, amount: int = 2000, client: str = CLARA) -> Callable[[], ledger.Posted]:
    return in_its_own_transaction(ledger.hold, client=client, consultation=consultation, amount=amount)


def release() -> Callable[[], ledger.Posted]:
    return in_its_own_transaction(ledger.release, client=CLARA, consultation=CALL)


def capture(used: int = 1200) -> Callable[[], ledger.Posted]:
    return in_its_own_transaction(
        ledger.capture, client=CLARA, consultant=CONRAD, consultation=CALL, used=used, fee=used // 5
    )


def test_last_credits_are_spent_once_by_16_at_once():
    give(CLARA, 2000)

    outcomes = race(*[hold(f"consultation:{number}") for number in range(MANY)])

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == ["InsufficientCredits"] * (MANY - 1)
    assert of("client_available", CLARA) == 0
    assert Journal.objects.filter(op="hold").count() == 1
    assert violations() == []


def test_credits_for_five_calls_are_spent_five_times_by_16_at_once():
    give(CLARA, 10_000)

    outcomes = race(*[hold(f"consultation:{number}") for number in range(MANY)])

    assert (len(winners(outcomes)), losers(outcomes)) == (5, ["InsufficientCredits"] * 11)
    assert queries.balance(1) == queries.Balance(available=0, held=10_000)
    assert violations() == []


def test_losers_of_a_race_hear_what_was_left():
    give(CLARA, 3000)

    outcomes = race(*[hold(f"consultation:{number}") for number in range(4)])

    told = [refusal.fields for refusal in outcomes if isinstance(refusal, Exception)]
    assert told == [{"available": 1000, "needed": 2000, "missing": 1000}] * 3


def test_same_hold_sent_16_times_at_once_is_booked_once():
    give(CLARA, 10_000)

    outcomes = race(*[hold(CALL)] * MANY)

    assert losers(outcomes) == []
    assert len({posted.journal_id for posted in outcomes}) == 1
    assert sorted(posted.replayed for posted in outcomes) == [False] + [True] * (MANY - 1)
    assert of("escrow", CALL) == 2000
    assert violations() == []


def test_first_top_ups_of_a_new_person_make_one_account():
    outcomes = race(
        *[
            in_its_own_transaction(ledger.top_up, owner=CLARA, amount=100, key=f"k{number}", reference="r")
            for number in range(MANY)
        ]
    )

    assert losers(outcomes) == []
    assert of("client_available", CLARA) == 1600
    assert rows("SELECT count(*) FROM wallet_account") == [(2,)]
    assert violations() == []


def test_call_is_settled_once_when_it_is_paid_8_times_at_once():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)

    outcomes = race(*[capture()] * 8)

    assert losers(outcomes) == []
    assert sum(not posted.replayed for posted in outcomes) == 1
    assert of("consultant_pending", CONRAD) == 960
    assert violations() == []


def test_call_is_settled_one_way_when_it_is_paid_and_given_back_at_once():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)

    outcomes = race(capture(), release(), capture(), release())

    assert (len(winners(outcomes)), losers(outcomes)) == (2, ["AlreadySettled"] * 2)
    assert of("client_available", CLARA) in (3800, 5000)
    assert of("escrow", CALL) == 0
    assert violations() == []


def test_two_bills_for_one_call_are_not_both_paid():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)

    outcomes = race(*[capture(used) for used in (500, 700, 900, 1100)])

    assert (len(winners(outcomes)), losers(outcomes)) == (1, ["IdempotencyMismatch"] * 3)
    assert Journal.objects.filter(op="capture").count() == 1
    assert violations() == []


def test_crossing_transfers_of_two_people_never_deadlock():
    give(CLARA, 100_000)
    give(CONRAD, 100_000)
    for number in range(8):
        book(ledger.hold, client=CLARA, consultation=f"consultation:a{number}", amount=100)
        book(ledger.hold, client=CONRAD, consultation=f"consultation:b{number}", amount=100)

    def settle(client: str, consultant: str, name: str) -> Callable[[], ledger.Posted]:
        values = {"client": client, "consultant": consultant, "consultation": f"consultation:{name}"}
        return in_its_own_transaction(ledger.capture, **values, used=60, fee=12)

    outcomes = race(
        *[settle(CLARA, CONRAD, f"a{number}") for number in range(8)],
        *[settle(CONRAD, CLARA, f"b{number}") for number in range(8)],
    )

    assert losers(outcomes) == []
    assert of("consultant_pending", CONRAD) == of("consultant_pending", CLARA) == 8 * 48
    assert of("platform_revenue") == 16 * 12
    assert violations() == []


def test_sum_of_all_accounts_is_0_in_every_snapshot_while_money_moves():
    give(CLARA, 100_000)

    def write(number: int) -> Callable[[], None]:
        def run() -> None:
            for turn in range(6):
                hold(f"consultation:{number}-{turn}", 100)()

        return run

    def read() -> list[int]:
        return [sum(balances().values()) for _ in range(25)]

    outcomes = race(*[write(number) for number in range(6)], read, read)

    assert losers(outcomes) == []
    assert set(outcomes[-1] + outcomes[-2]) == {0}
    assert violations() == []


def test_top_ups_at_once_do_not_get_past_the_limit_of_the_hour():
    def buy() -> TopUp:
        return top_ups.top_up(user_id=1, amount=500, form_key=uuid.uuid4())

    outcomes = race(*[buy] * 12)

    assert (len(winners(outcomes)), losers(outcomes)) == (5, ["TooManyTopUps"] * 7)
    assert TopUp.objects.count() == 5
    assert queries.balance(1).available == 2500
    assert violations() == []


def test_top_up_form_sent_8_times_at_once_adds_once():
    form_key = uuid.uuid4()

    outcomes = race(*[lambda: top_ups.top_up(user_id=1, amount=500, form_key=form_key)] * 8)

    assert losers(outcomes) == []
    assert len({bought.pk for bought in outcomes}) == 1
    assert queries.balance(1).available == 500


def test_without_the_lock_and_the_guards_the_same_race_loses_money():
    """The negative control: what a balance kept by reading and writing would do under the same threads."""
    give(CLARA, 10_000)
    wallet = account_id("client_available", CLARA)
    all_have_read = threading.Barrier(MANY)

    def careless_hold() -> None:
        [(seen,)] = rows("SELECT balance FROM wallet_account WHERE id = %s", wallet)
        all_have_read.wait(SECONDS)
        rows("UPDATE wallet_account SET balance = %s WHERE id = %s", seen - 100, wallet)

    with guard_off("wallet_account", "ledger_account_derived"):
        outcomes = race(*[careless_hold] * MANY)

    assert losers(outcomes) == []
    [(left,)] = rows("SELECT balance FROM wallet_account WHERE id = %s", wallet)
    assert left == 10_000 - 100
    assert {violation.rule[:2] for violation in violations()} == {"I1", "I2"}


# --- extensions, maturing, refunds


LATER = timedelta(hours=rules.DISPUTE_HOURS)


def extend(number: int = 1) -> Callable[[], ledger.Posted]:
    return in_its_own_transaction(ledger.extend, client=CLARA, consultation=CALL, number=number, amount=667)


def mature() -> Callable[[], ledger.Posted]:
    values = {"consultant": CONRAD, "consultation": CALL, "now": now() + LATER}
    return in_its_own_transaction(ledger.mature, **values)


def refund(amount: int, dispute: str) -> Callable[[], ledger.Posted]:
    values = {"client": CLARA, "consultant": CONRAD, "consultation": CALL, "amount": amount}
    return in_its_own_transaction(ledger.refund, **values, dispute=dispute)


@pytest.mark.parametrize("turn", range(4))
def test_call_that_ends_while_it_is_extended_keeps_nothing_behind(turn):
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)

    outcomes = race(extend(1), capture(1200), extend(2), capture(1200))

    assert set(losers(outcomes)) <= {"AlreadySettled"}
    assert of("escrow", CALL) == 0
    assert of("client_available", CLARA) == 3800
    assert violations() == []


@pytest.mark.parametrize("turn", range(4))
def test_refund_while_the_earnings_mature_takes_them_once(turn):
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    capture(1200)()

    outcomes = race(mature(), refund(1200, "dispute:1"), mature(), refund(1200, "dispute:1"))

    assert set(losers(outcomes)) <= {"NothingPending"}
    assert balances() == {("client_available", CLARA): 5000, ("cash_clearing", ""): -5000}
    assert violations() == []


def test_bill_is_refunded_once_by_8_cases_at_once():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    capture(1200)()

    outcomes = race(*[refund(700, f"dispute:{number}") for number in range(8)])

    assert (len(winners(outcomes)), losers(outcomes)) == (1, ["RefundExceedsBill"] * 7)
    assert of("client_available", CLARA) == 3800 + 700
    assert violations() == []


def test_payment_is_returned_once_by_8_requests_at_once():
    give(CLARA, 5000)
    values = {"client": CLARA, "payment": "topup:start", "amount": 3000}

    outcomes = race(
        *[in_its_own_transaction(ledger.cash_refund, **values, refund=f"cashrefund:{n}") for n in range(8)]
    )

    assert (len(winners(outcomes)), losers(outcomes)) == (1, ["RefundExceedsPayment"] * 7)
    assert violations() == []


def test_earnings_are_paid_out_once_by_8_requests_at_once():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    capture(1200)()
    mature()()
    values = {"consultant": CONRAD, "amount": 960}

    outcomes = race(
        *[in_its_own_transaction(ledger.payout, **values, payout=f"payout:{n}") for n in range(8)]
    )

    assert (len(winners(outcomes)), losers(outcomes)) == (1, ["InsufficientCredits"] * 7)
    assert violations() == []


def test_same_call_released_at_the_same_moment_is_never_called_too_late():
    give(CLARA, 40_000)
    calls = [f"consultation:{number}" for number in range(200)]
    for call in calls:
        book(ledger.hold, client=CLARA, consultation=call, amount=200)
    releases = [in_its_own_transaction(ledger.release, client=CLARA, consultation=call) for call in calls]

    # Whoever waited for the first comes to the next call at the same moment as all others who waited.
    outcomes = race(*[lambda: [release().journal_id for release in releases]] * 8)

    assert losers(outcomes) == []
    assert [outcome == outcomes[0] for outcome in outcomes] == [True] * 8
    assert of("client_available", CLARA) == 40_000
    assert violations() == []


def test_payout_does_not_arrive_and_come_back_at_once():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)
    capture(1200)()
    mature()()
    book(ledger.payout, consultant=CONRAD, payout="payout:1", amount=960)
    values = {"payout": "payout:1", "amount": 960}

    outcomes = race(
        *[in_its_own_transaction(ledger.payout_done, **values)] * 3,
        *[in_its_own_transaction(ledger.payout_failed, **values)] * 3,
    )

    assert (len(winners(outcomes)), losers(outcomes)) == (3, ["AlreadySettled"] * 3)
    assert of("payout_transit", "payout:1") == 0
    assert violations() == []
