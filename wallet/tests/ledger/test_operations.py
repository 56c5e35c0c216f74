"""Each operation: the first time, again, and with other content; the worked numbers of the books."""

import pytest
from django.db import connection, transaction

from wallet import errors, ledger
from wallet.checks import violations
from wallet.models import Journal
from wallet.tests.support import (
    CALL,
    CLARA,
    CONRAD,
    NOON,
    OTHER_CALL,
    STELLA,
    account_id,
    attempt,
    balances,
    book,
    counts,
    give,
    of,
)

pytestmark = pytest.mark.django_db

TOP_UP = {"owner": CLARA, "amount": 5000, "key": "topup:1", "reference": "topup:1"}
HOLD = {"client": CLARA, "consultation": CALL, "amount": 2000}
RELEASE = {"client": CLARA, "consultation": CALL}
CAPTURE = {"client": CLARA, "consultant": CONRAD, "consultation": CALL, "used": 1200, "fee": 240}

OPERATIONS = [
    pytest.param(ledger.top_up, TOP_UP, {"amount": 5001}, id="top_up"),
    pytest.param(ledger.hold, HOLD, {"amount": 1999}, id="hold"),
    pytest.param(ledger.release, RELEASE, {"client": STELLA}, id="release"),
    pytest.param(ledger.capture, CAPTURE, {"used": 1201}, id="capture"),
]


@pytest.fixture(autouse=True)
def held_call(request: pytest.FixtureRequest) -> None:
    """Clara has 100.00; settlements find 20.00 of them held for the call."""
    give(CLARA, 10_000)
    case = getattr(request.node, "callspec", None)
    if case and "other" in case.params and case.params["move"] in (ledger.release, ledger.capture):
        book(ledger.hold, **HOLD)


@pytest.mark.parametrize(("move", "values", "other"), OPERATIONS)
def test_first_call_books_once(move, values, other):
    before = counts()[1]

    posted = book(move, **values)

    assert posted.replayed is False
    assert counts()[1] == before + 1
    assert Journal.objects.get(pk=posted.journal_id).occurred_at == NOON
    assert violations() == []


@pytest.mark.parametrize(("move", "values", "other"), OPERATIONS)
def test_replay_answers_with_the_first_journal_and_moves_nothing(move, values, other):
    first = book(move, **values)
    after_first = balances(), counts()

    again = book(move, **values)

    assert again == ledger.Posted(first.journal_id, replayed=True)
    assert (balances(), counts()) == after_first


@pytest.mark.parametrize(("move", "values", "other"), OPERATIONS)
def test_same_key_with_other_content_is_refused_and_moves_nothing(move, values, other):
    book(move, **values)
    after_first = balances(), counts()

    # A release has no content but the client, and a stranger has nothing in that escrow.
    with pytest.raises(errors.NoEscrow if move is ledger.release else errors.IdempotencyMismatch):
        attempt(move, **{**values, **other})

    assert (balances(), counts()) == after_first


def test_replayed_hold_answers_after_the_wallet_is_empty():
    first = book(ledger.hold, **{**HOLD, "amount": 10_000})

    assert of("client_available", CLARA) == 0
    assert book(ledger.hold, **{**HOLD, "amount": 10_000}) == ledger.Posted(first.journal_id, replayed=True)


def test_key_of_one_operation_is_no_key_of_another():
    book(ledger.hold, **HOLD)

    with pytest.raises(errors.IdempotencyMismatch):
        attempt(ledger.top_up, owner=CLARA, amount=2000, key=f"{CALL}:hold", reference=CALL)


def test_top_up_comes_from_the_cash_account():
    assert balances() == {("client_available", CLARA): 10_000, ("cash_clearing", ""): -10_000}


def test_hold_moves_the_price_into_the_escrow_of_that_call():
    book(ledger.hold, **HOLD)

    assert of("client_available", CLARA) == 8000
    assert of("escrow", CALL) == 2000


def test_release_gives_the_whole_escrow_back():
    book(ledger.hold, **HOLD)

    book(ledger.release, **RELEASE)

    assert balances() == {("client_available", CLARA): 10_000, ("cash_clearing", ""): -10_000}


def test_capture_of_a_full_quarter_pays_1600_and_a_fee_of_400():
    book(ledger.hold, **HOLD)

    book(ledger.capture, **{**CAPTURE, "used": 2000, "fee": 400})

    assert balances() == {
        ("client_available", CLARA): 8000,
        ("consultant_pending", CONRAD): 1600,
        ("platform_revenue", ""): 400,
        ("cash_clearing", ""): -10_000,
    }


def test_capture_of_nine_minutes_pays_960_a_fee_of_240_and_returns_800():
    book(ledger.hold, **HOLD)

    book(ledger.capture, **CAPTURE)

    assert balances() == {
        ("client_available", CLARA): 8800,
        ("consultant_pending", CONRAD): 960,
        ("platform_revenue", ""): 240,
        ("cash_clearing", ""): -10_000,
    }


@pytest.mark.parametrize(
    ("used", "fee", "legs"), [(2000, 400, 2), (1200, 240, 3), (2000, 0, 1), (2000, 2000, 1), (1, 0, 2)]
)
def test_legs_of_zero_are_not_stored(used, fee, legs):
    book(ledger.hold, **HOLD)

    posted = book(ledger.capture, **{**CAPTURE, "used": used, "fee": fee})

    assert Journal.objects.get(pk=posted.journal_id).postings.count() == legs
    assert violations() == []


def test_hold_above_the_balance_names_what_is_missing():
    before = balances(), counts()

    with pytest.raises(errors.InsufficientCredits) as refusal:
        attempt(ledger.hold, **{**HOLD, "amount": 10_001})

    assert refusal.value.fields == {"available": 10_000, "needed": 10_001, "missing": 1}
    assert "You need 0.01 more credits" in refusal.value.message
    assert (balances(), counts()) == before


def test_refused_hold_may_be_tried_again_with_the_same_key():
    with pytest.raises(errors.InsufficientCredits):
        attempt(ledger.hold, client=STELLA, consultation=CALL, amount=2000)
    give(STELLA, 2000)

    assert book(ledger.hold, client=STELLA, consultation=CALL, amount=2000).replayed is False


def test_capture_above_the_hold_is_refused():
    book(ledger.hold, **HOLD)

    with pytest.raises(errors.CaptureExceedsHold) as refusal:
        attempt(ledger.capture, **{**CAPTURE, "used": 2001})

    assert refusal.value.fields == {"held": 2000, "used": 2001}


@pytest.mark.parametrize(("move", "values"), [(ledger.capture, CAPTURE), (ledger.release, RELEASE)])
def test_settlement_without_a_hold_has_no_escrow(move, values):
    with pytest.raises(errors.NoEscrow):
        attempt(move, **values)


def test_stranger_gets_nothing_back():
    book(ledger.hold, **HOLD)

    with pytest.raises(errors.NoEscrow):
        attempt(ledger.release, client=STELLA, consultation=CALL)
    with pytest.raises(errors.NoEscrow):
        attempt(ledger.capture, **{**CAPTURE, "client": STELLA})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((ledger.capture, CAPTURE), (ledger.release, RELEASE)),
        ((ledger.release, RELEASE), (ledger.capture, CAPTURE)),
    ],
)
def test_settled_call_is_not_settled_the_other_way_too(first, second):
    book(ledger.hold, **HOLD)
    book(first[0], **first[1])

    with pytest.raises(errors.AlreadySettled):
        attempt(second[0], **second[1])


def test_credits_cannot_be_put_into_a_settled_escrow():
    book(ledger.hold, **HOLD)
    book(ledger.release, **RELEASE)

    with pytest.raises(errors.AlreadySettled), transaction.atomic(), ledger.refusals_named():
        connection.cursor().execute(
            "SELECT ledger_hold('another key', %s, %s, 100::bigint, 'XTS', %s)", [CLARA, CALL, NOON]
        )


def test_calls_have_escrows_of_their_own():
    book(ledger.hold, **HOLD)
    book(ledger.hold, **{**HOLD, "consultation": OTHER_CALL, "amount": 500})

    book(ledger.release, **RELEASE)

    assert of("escrow", CALL) == 0
    assert of("escrow", OTHER_CALL) == 500


def test_held_test_credits_are_not_settled_in_another_currency():
    book(ledger.hold, **HOLD)

    with pytest.raises(errors.CurrencyMismatch):
        attempt(ledger.release, **RELEASE, currency="EUR")
    with pytest.raises(errors.CurrencyMismatch):
        attempt(ledger.capture, **CAPTURE, currency="EUR")


def test_test_credits_do_not_pay_a_price_in_another_currency():
    with pytest.raises(errors.InsufficientCredits):
        attempt(ledger.hold, **HOLD, currency="EUR")


@pytest.mark.parametrize("currency", ["", "eu", "xts", "EURO", "12 "])
def test_currency_is_three_capital_letters(currency):
    with pytest.raises(errors.WalletError):
        attempt(ledger.top_up, **TOP_UP, currency=currency)


@pytest.mark.parametrize("missing", ["key", "reference", "owner"])
def test_movement_needs_key_owner_and_reference(missing):
    with pytest.raises(errors.InvalidReference):
        attempt(ledger.top_up, **{**TOP_UP, "owner": STELLA, missing: ""})


@pytest.mark.parametrize(
    ("debit", "credit", "amount", "refusal"),
    [
        (10**12, 10**12 + 1, 5, errors.UnknownAccount),
        (None, None, 0, errors.LedgerRefused),  # a journal of nothing
        (None, None, -5, errors.InvalidAmount),
    ],
)
def test_generic_post_refuses_what_no_operation_asks_for(debit, credit, amount, refusal):
    before = balances(), counts()
    sides = [debit or account_id("cash_clearing"), credit or account_id("client_available", CLARA)]

    def post() -> None:
        with transaction.atomic(savepoint=True), ledger.refusals_named(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT ledger_post('hold', 'k', 'r', '[]', %s, ARRAY[%s]::bigint[], ARRAY[%s]::bigint[], "
                "ARRAY[%s]::bigint[])",
                [NOON, *sides, amount],
            )
            connection.check_constraints()

    with pytest.raises(refusal):
        post()

    assert (balances(), counts()) == before
