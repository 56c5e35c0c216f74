"""Operations beyond a plain call: the first time, again, with other content; and a month in the books."""

from datetime import timedelta

import pytest
from django.db import transaction

from marketplace.core import rules
from marketplace.core.time import travel
from wallet import errors, ledger
from wallet.checks import violations
from wallet.models import Journal, Op
from wallet.tests.support import (
    ADA,
    BORIS,
    CALL,
    CLARA,
    CONRAD,
    NOON,
    OTHER_CALL,
    STELLA,
    attempt,
    balances,
    book,
    counts,
    give,
    make_staff,
    of,
    reverse,
    rows,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=rules.DISPUTE_HOURS)
PAYMENT = "topup:start"  # `give` books it for the owner's first credits
PAYOUT, BACK = "payout:1", "cashrefund:1"
ADJUST = {"owner": CLARA, "amount": 700, "actor_id": ADA, "reason": "an apology", "key": "adjust:1"}


def hold(consultation=CALL, amount=2000):
    book(ledger.hold, client=CLARA, consultation=consultation, amount=amount)


def capture(consultation=CALL, used=1200, fee=240):
    values = {"client": CLARA, "consultant": CONRAD, "consultation": consultation}
    book(ledger.capture, **values, used=used, fee=fee)


def paid_call():
    hold()
    capture()


def released_call():
    hold()
    book(ledger.release, client=CLARA, consultation=CALL)


def matured_call():
    paid_call()
    book(ledger.mature, **MATURE)


def asked_payout():
    matured_call()
    book(ledger.payout, **ASK)


def asked_refund():
    book(ledger.cash_refund, **RETURN)


def provider_fee():
    book(ledger.top_up_fee, **FEE)


def charged_back():
    book(ledger.chargeback, **CHARGE)


def adjusted():
    book(ledger.adjust, **ADJUST)


MATURE = {"consultant": CONRAD, "consultation": CALL, "now": LATER}
REFUND = {"client": CLARA, "consultant": CONRAD, "consultation": CALL, "amount": 1200, "dispute": "dispute:1"}
ASK = {"consultant": CONRAD, "payout": PAYOUT, "amount": 960}
RETURN = {"client": CLARA, "refund": BACK, "payment": PAYMENT, "amount": 3000}
CHARGE = {"client": CLARA, "payment": PAYMENT, "case": "stripe_dispute:1", "amount": 5000}
EXTEND = {"client": CLARA, "consultation": CALL, "number": 1, "amount": 667}
FEE = {"payment": PAYMENT, "amount": 175}
REVERSE = {"first": ADJUST["key"], "actor_id": ADA, "reason": "wrong person"}
# What may be reversed: how it was booked, and its key.
REVERSIBLE = {
    "top_up": (None, f"{PAYMENT}:{CLARA}"),
    "top_up_fee": (provider_fee, f"{PAYMENT}:fee"),
    "chargeback": (charged_back, CHARGE["case"]),
    "adjust": (adjusted, ADJUST["key"]),
}

OPERATIONS = [
    pytest.param(None, ledger.top_up_fee, FEE, {"amount": 176}, id="top_up_fee"),
    pytest.param(hold, ledger.extend, EXTEND, {"amount": 666}, id="extend"),
    pytest.param(paid_call, ledger.mature, MATURE, {"consultant": STELLA}, id="mature"),
    pytest.param(paid_call, ledger.refund, REFUND, {"amount": 1199}, id="refund_pending"),
    pytest.param(matured_call, ledger.refund, REFUND, {"amount": 1199}, id="refund_matured"),
    pytest.param(matured_call, ledger.payout, ASK, {"amount": 959}, id="payout"),
    pytest.param(
        asked_payout, ledger.payout_done, {"payout": PAYOUT, "amount": 960}, {"amount": 959}, id="payout_done"
    ),
    pytest.param(
        asked_payout,
        ledger.payout_failed,
        {"payout": PAYOUT, "amount": 960},
        {"amount": 1},
        id="payout_failed",
    ),
    pytest.param(None, ledger.cash_refund, RETURN, {"amount": 2999}, id="cash_refund"),
    pytest.param(
        asked_refund,
        ledger.cash_refund_done,
        {"refund": BACK, "amount": 3000},
        {"amount": 1},
        id="cash_refund_done",
    ),
    pytest.param(
        asked_refund,
        ledger.cash_refund_failed,
        {"refund": BACK, "amount": 3000},
        {"amount": 1},
        id="cash_refund_failed",
    ),
    pytest.param(None, ledger.chargeback, CHARGE, {"amount": 5001}, id="chargeback"),
    pytest.param(None, ledger.adjust, ADJUST, {"reason": "a mistake"}, id="adjust"),
    *(
        pytest.param(before, reverse, {**REVERSE, "first": key}, {"reason": "a slip"}, id=f"reverse_{op}")
        for op, (before, key) in REVERSIBLE.items()
    ),
]
IRREVERSIBLE = [
    case
    for case in OPERATIONS
    if case.values[1].__name__ not in REVERSIBLE  # reversals among them
]


@pytest.fixture(autouse=True)
def credits(request):
    """Clara bought 100.00; then what the operation needs before it."""
    make_staff()
    give(CLARA, 10_000)
    case = getattr(request.node, "callspec", None)
    if case and case.params.get("before"):
        case.params["before"]()
    with travel(NOON):  # the checks ask what is on its way for too long
        yield


@pytest.mark.parametrize(("before", "move", "values", "other"), OPERATIONS)
def test_first_call_books_once_again_answers_the_same_and_other_content_is_refused(
    before, move, values, other
):
    journals = counts()[1]
    posted = book(move, **values)
    after_first = balances(), counts()

    assert posted.replayed is False
    assert counts()[1] == journals + 1
    assert book(move, **values) == ledger.Posted(posted.journal_id, replayed=True)
    with pytest.raises(errors.IdempotencyMismatch):
        attempt(move, **{**values, **other})
    assert (balances(), counts()) == after_first
    assert violations() == []


@pytest.mark.parametrize(
    ("before", "move", "values", "other", "amount"),
    [
        pytest.param(*case.values, amount, id=f"{case.id}-{amount!r}")
        for case in OPERATIONS
        for amount in (0, -1, 0.5, True, "700", None, 2**63)
        if "amount" in case.values[2]
        and not (case.values[1] is ledger.adjust and amount == -1)  # staff may take credits back
    ],
)
def test_amount_that_is_none_moves_nothing(before, move, values, other, amount):
    untouched = balances(), counts()

    with pytest.raises(errors.InvalidAmount):
        attempt(move, **{**values, "amount": amount})

    assert (balances(), counts()) == untouched


@pytest.mark.parametrize(
    ("before", "move", "values", "other"),
    [case for case in OPERATIONS if case.values[0] is not None and case.values[1] is not reverse],
)
def test_nothing_crosses_currencies(before, move, values, other):
    untouched = balances(), counts()

    with pytest.raises(errors.WalletError):
        attempt(move, **values, currency="EUR")

    assert (balances(), counts()) == untouched


# --- extend


def test_three_extensions_of_a_third_make_a_whole_price():
    price, held = 2000, 2000
    hold()
    for number, bought in enumerate((1200, 1500, 1800), start=1):
        amount = price * bought // 900 - held
        book(ledger.extend, **{**EXTEND, "number": number, "amount": amount})
        held += amount

    assert held == 4000
    extensions = Journal.objects.filter(op="extend").order_by("id")
    assert list(extensions.values_list("postings__amount", flat=True)) == [666, 667, 667]
    assert of("escrow", CALL) == 4000


def test_extension_needs_a_hold_of_the_same_client():
    with pytest.raises(errors.NoEscrow):
        attempt(ledger.extend, **EXTEND)
    hold()
    with pytest.raises(errors.NoEscrow):
        attempt(ledger.extend, **{**EXTEND, "client": STELLA})


def test_settled_call_is_not_extended():
    paid_call()

    with pytest.raises(errors.AlreadySettled):
        attempt(ledger.extend, **EXTEND)


def test_extension_above_the_balance_is_refused():
    hold(amount=9500)

    with pytest.raises(errors.InsufficientCredits) as refusal:
        attempt(ledger.extend, **EXTEND)
    assert refusal.value.fields == {"available": 500, "needed": 667, "missing": 167}


# --- mature


def test_earnings_mature_after_the_time_for_questions_and_not_before():
    paid_call()

    with pytest.raises(errors.InDisputeWindow):
        attempt(ledger.mature, **{**MATURE, "now": LATER - timedelta(seconds=1)})
    book(ledger.mature, **MATURE)

    assert of("consultant_pending", CONRAD) == 0
    assert of("consultant_available", CONRAD) == 960


def test_only_what_was_paid_matures_and_only_to_whom_it_was_paid():
    hold()
    with pytest.raises(errors.NotCaptured):
        attempt(ledger.mature, **MATURE)
    capture()
    with pytest.raises(errors.NotCaptured):
        attempt(ledger.mature, **{**MATURE, "consultant": STELLA})
    with pytest.raises(errors.NoEscrow):
        attempt(ledger.mature, **{**MATURE, "consultation": OTHER_CALL})


def test_refunded_call_has_nothing_to_mature():
    paid_call()
    book(ledger.refund, **REFUND)

    with pytest.raises(errors.NothingPending):
        attempt(ledger.mature, **MATURE)


def test_rest_of_a_partly_refunded_call_matures():
    paid_call()
    book(ledger.refund, **{**REFUND, "amount": 600})

    book(ledger.mature, **MATURE)

    assert of("consultant_available", CONRAD) == 480


# --- refund


def test_refund_of_a_pending_call_comes_from_both_who_were_paid():
    paid_call()

    book(ledger.refund, **REFUND)

    assert balances() == {("client_available", CLARA): 10_000, ("cash_clearing", ""): -10_000}


def test_refund_of_a_matured_call_comes_from_what_is_available():
    matured_call()

    book(ledger.refund, **REFUND)

    assert balances() == {("client_available", CLARA): 10_000, ("cash_clearing", ""): -10_000}


def test_refund_of_what_was_paid_out_is_the_platforms_loss():
    matured_call()
    book(ledger.payout, **{**ASK, "amount": 900})

    book(ledger.refund, **REFUND)

    assert of("client_available", CLARA) == 10_000
    assert of("consultant_available", CONRAD) == 0
    assert of("dispute_loss") == -900
    assert of("platform_revenue") == 0
    assert violations() == []


def test_many_small_refunds_share_the_fee_like_one():
    hold()
    capture(used=7, fee=1)
    for number in range(7):
        book(ledger.refund, **{**REFUND, "amount": 1, "dispute": f"dispute:{number}"})

    assert balances() == {("client_available", CLARA): 10_000, ("cash_clearing", ""): -10_000}


def test_refund_above_the_bill_is_refused():
    paid_call()
    book(ledger.refund, **{**REFUND, "amount": 1000})

    with pytest.raises(errors.RefundExceedsBill) as refusal:
        attempt(ledger.refund, **{**REFUND, "amount": 201, "dispute": "dispute:2"})

    assert refusal.value.fields == {"left": 200, "asked": 201}
    assert "Only 2.00 credits of this bill are left, not 2.01." in refusal.value.message


def test_call_that_was_given_back_is_not_refunded():
    released_call()

    with pytest.raises(errors.NotCaptured):
        attempt(ledger.refund, **REFUND)


# --- payout, cash refund


@pytest.mark.parametrize(
    ("before", "done", "failed", "values"),
    [
        (asked_payout, ledger.payout_done, ledger.payout_failed, {"payout": PAYOUT, "amount": 960}),
        (asked_refund, ledger.cash_refund_done, ledger.cash_refund_failed, {"refund": BACK, "amount": 3000}),
    ],
)
def test_what_is_on_its_way_arrives_or_comes_back_but_not_both(before, done, failed, values):
    book(done, **values)

    with pytest.raises(errors.AlreadySettled):
        attempt(failed, **values)


def test_paid_out_money_left_the_house():
    asked_payout()
    assert of("payout_transit", PAYOUT) == 960

    book(ledger.payout_done, payout=PAYOUT, amount=960)

    assert of("payout_transit", PAYOUT) == 0
    assert of("cash_clearing") == -10_000 + 960


def test_failed_payout_gives_the_earnings_back():
    asked_payout()

    book(ledger.payout_failed, payout=PAYOUT, amount=960)

    assert of("consultant_available", CONRAD) == 960


def test_payout_above_what_is_available_is_refused():
    paid_call()

    with pytest.raises(errors.InsufficientCredits):
        attempt(ledger.payout, **ASK)


@pytest.mark.parametrize(
    ("move", "values"),
    [
        (ledger.payout_done, {"payout": PAYOUT, "amount": 960}),
        (ledger.payout_failed, {"payout": PAYOUT, "amount": 960}),
        (ledger.cash_refund_done, {"refund": BACK, "amount": 3000}),
        (ledger.cash_refund_failed, {"refund": BACK, "amount": 3000}),
    ],
)
def test_what_nobody_asked_for_is_not_in_transit(move, values):
    with pytest.raises(errors.NotInTransit):
        attempt(move, **values)


def test_confirmation_of_another_amount_is_refused():
    asked_payout()

    with pytest.raises(errors.TransitAmountDiffers) as refusal:
        attempt(ledger.payout_done, payout=PAYOUT, amount=961)
    assert refusal.value.fields == {"left": 960, "asked": 961}


def test_cash_refund_is_limited_by_the_payment_it_returns():
    book(ledger.adjust, **{**ADJUST, "amount": 5000})
    asked_refund()

    with pytest.raises(errors.RefundExceedsPayment) as refusal:
        attempt(ledger.cash_refund, **{**RETURN, "refund": "cashrefund:2", "amount": 7001})

    assert refusal.value.fields == {"left": 7000, "asked": 7001}


def test_failed_cash_refund_may_be_asked_for_again():
    book(ledger.cash_refund, **{**RETURN, "amount": 10_000})
    book(ledger.cash_refund_failed, refund=BACK, amount=10_000)

    book(ledger.cash_refund, **{**RETURN, "refund": "cashrefund:2", "amount": 10_000})

    assert of("refund_transit", "cashrefund:2") == 10_000


def test_payment_of_somebody_else_is_not_returned():
    give(STELLA, 5000, key="topup:stella")

    with pytest.raises(errors.RefundExceedsPayment):
        attempt(ledger.cash_refund, **{**RETURN, "payment": "topup:stella"})


def test_spent_credits_are_not_cashed():
    hold(amount=9000)

    with pytest.raises(errors.InsufficientCredits):
        attempt(ledger.cash_refund, **RETURN)


# --- chargeback, adjust


def test_chargeback_takes_what_is_there_and_the_rest_is_a_loss():
    hold(amount=8000)

    book(ledger.chargeback, **CHARGE)

    assert of("client_available", CLARA) == 0
    assert of("dispute_loss") == -3000
    assert of("cash_clearing") == -5000
    assert violations() == []


def test_charged_back_payment_has_less_left_to_return():
    book(ledger.chargeback, **CHARGE)

    with pytest.raises(errors.RefundExceedsPayment):
        attempt(ledger.cash_refund, **{**RETURN, "amount": 5001})


@pytest.mark.parametrize("missing", [{"reason": ""}, {"reason": "  "}, {"actor_id": None}])
def test_adjustment_has_a_name_and_a_reason(missing):
    with pytest.raises(errors.ReasonNeeded):
        attempt(ledger.adjust, **{**ADJUST, **missing})


def test_large_adjustment_needs_a_second_person():
    large = {**ADJUST, "amount": rules.ADJUST_ALONE_MAX + 1}

    with pytest.raises(errors.SecondPersonNeeded):
        attempt(ledger.adjust, **large)
    with pytest.raises(errors.SecondPersonNeeded):
        attempt(ledger.adjust, **large, approver_id=ADA)
    book(ledger.adjust, **large, approver_id=BORIS)

    assert of("client_available", CLARA) == 10_000 + rules.ADJUST_ALONE_MAX + 1
    journal = Journal.objects.get(op="adjust")
    assert (journal.actor_id, journal.approver_id, journal.reason) == (ADA, BORIS, "an apology")


def test_staff_take_back_no_more_than_there_is():
    book(ledger.adjust, **{**ADJUST, "amount": -4000})
    assert of("client_available", CLARA) == 6000

    with pytest.raises(errors.InsufficientCredits):
        attempt(ledger.adjust, **{**ADJUST, "amount": -5000 - 1001, "key": "adjust:2"}, approver_id=BORIS)


# --- reverse


@pytest.mark.parametrize(("before", "first"), REVERSIBLE.values(), ids=REVERSIBLE)
def test_reversal_books_the_same_backwards(before, first):
    original = Journal.objects.get(idem_key=first)

    posted = book(reverse, **{**REVERSE, "first": first})

    backwards = Journal.objects.get(pk=posted.journal_id)
    sides = original.postings.order_by("n").values_list("debit", "credit", "amount")
    assert list(backwards.postings.order_by("n").values_list("credit", "debit", "amount")) == list(sides)
    assert (backwards.reverses_id, backwards.reference) == (original.pk, original.reference)
    assert (backwards.actor_id, backwards.reason) == (ADA, "wrong person")


def test_reversed_adjustment_leaves_nothing_behind():
    untouched = balances()
    adjusted()

    book(reverse, **REVERSE)

    assert balances() == untouched


def test_reversed_chargeback_gives_back_what_was_taken_and_what_was_lost():
    hold(amount=8000)
    before = balances()
    charged_back()

    book(reverse, **{**REVERSE, "first": CHARGE["case"]})

    assert balances() == before
    assert violations() == []


@pytest.mark.parametrize("other", [{"reason": "a slip"}, {"actor_id": BORIS}])
def test_journal_is_reversed_at_most_once_whoever_asks_and_why(other):
    adjusted()
    book(reverse, **REVERSE)
    once = balances(), counts()

    with pytest.raises(errors.IdempotencyMismatch):
        attempt(reverse, **{**REVERSE, **other})

    assert (balances(), counts()) == once


def test_journal_is_not_reversed_again_under_another_key():
    adjusted()
    book(reverse, **REVERSE)
    once = balances(), counts()
    first = Journal.objects.get(idem_key=REVERSE["first"]).pk

    with (
        pytest.raises(errors.AlreadyReversed),
        transaction.atomic(savepoint=True),
        ledger.refusals_named(),
    ):
        rows("SELECT ledger_reverse('another key', %s, %s, 'again', %s)", first, ADA, NOON)

    assert (balances(), counts()) == once


@pytest.mark.parametrize(("before", "move", "values", "other"), IRREVERSIBLE)
def test_what_has_a_correction_of_its_own_is_not_reversed(before, move, values, other):
    booked = book(move, **values)
    key = Journal.objects.get(pk=booked.journal_id).idem_key
    untouched = balances(), counts()

    with pytest.raises(errors.NotReversible):
        attempt(reverse, **{**REVERSE, "first": key})

    assert (balances(), counts()) == untouched


@pytest.mark.parametrize(
    ("settle", "op"), [(paid_call, Op.HOLD), (paid_call, Op.CAPTURE), (released_call, Op.RELEASE)]
)
def test_calls_are_corrected_by_a_refund_and_not_reversed(settle, op):
    settle()
    key = Journal.objects.get(op=op).idem_key
    untouched = balances(), counts()

    with pytest.raises(errors.NotReversible):
        attempt(reverse, **{**REVERSE, "first": key})

    assert (balances(), counts()) == untouched


@pytest.mark.parametrize("op", ["top_up", "adjust"])
def test_reversal_of_what_is_spent_is_refused_until_it_is_there_again(op):
    _, first = REVERSIBLE[op]
    adjusted()
    hold(amount=10_700)
    untouched = balances(), counts()

    with pytest.raises(errors.InsufficientCredits):
        attempt(reverse, **{**REVERSE, "first": first})
    assert (balances(), counts()) == untouched
    book(ledger.release, client=CLARA, consultation=CALL)

    assert book(reverse, **{**REVERSE, "first": first}).replayed is False


def test_reversed_payment_is_not_returned_to_the_card_too():
    adjusted()
    book(reverse, **{**REVERSE, "first": REVERSIBLE["top_up"][1]})

    with pytest.raises(errors.RefundExceedsPayment) as refusal:
        attempt(ledger.cash_refund, **{**RETURN, "amount": 700})

    assert refusal.value.fields == {"left": 0, "asked": 700}


@pytest.mark.parametrize("missing", [{"reason": ""}, {"reason": "  "}, {"actor_id": None}])
def test_reversal_has_a_name_and_a_reason(missing):
    adjusted()
    untouched = balances(), counts()

    with pytest.raises(errors.ReasonNeeded):
        attempt(reverse, **{**REVERSE, **missing})

    assert (balances(), counts()) == untouched


@pytest.mark.parametrize(
    ("journal", "refusal"),
    [
        (10**15, errors.UnknownJournal),
        *((none, errors.InvalidAmount) for none in (0, -1, 0.5, True, "1", None, 2**63)),
    ],
)
def test_journal_that_does_not_exist_is_not_reversed(journal, refusal):
    untouched = balances(), counts()

    with pytest.raises(refusal), transaction.atomic(savepoint=True):
        ledger.reverse(journal_id=journal, actor_id=ADA, reason="a slip", now=NOON)

    assert (balances(), counts()) == untouched


# --- a month


def test_a_month_of_one_client_and_one_consultant_reads_like_bookkeeping():
    """After each line: what Clara has, what Conrad may expect and has, and what we earned."""
    day = NOON

    def line(move, clara, pending, available, revenue, **values):
        nonlocal day
        day += timedelta(days=1)
        book(move, **{"now": day, **values})
        assert (
            of("client_available", CLARA),
            of("consultant_pending", CONRAD),
            of("consultant_available", CONRAD),
            of("platform_revenue"),
        ) == (clara, pending, available, revenue), (move.__name__, day)
        assert violations() == []

    march = {"client": CLARA, "consultation": CALL}
    second = {"client": CLARA, "consultation": OTHER_CALL}
    third = {"client": CLARA, "consultation": "consultation:3"}
    pay = {"consultant": CONRAD}

    # Clara had 100.00. A call of 15 minutes at 20.00, used for nine: 12.00, of which 2.40 are the fee.
    line(ledger.hold, 8000, 0, 0, 0, **march, amount=2000)
    line(ledger.capture, 8800, 960, 0, 240, **march, **pay, used=1200, fee=240)
    line(ledger.top_up_fee, 8800, 960, 0, 240, payment=PAYMENT, amount=175)
    # The next one is declined: everything comes back.
    line(ledger.hold, 6800, 960, 0, 240, **second, amount=2000)
    line(ledger.release, 8800, 960, 0, 240, **second)
    line(ledger.mature, 8800, 0, 960, 240, **pay, consultation=CALL)
    # A good talk: extended by five minutes and used to the end.
    line(ledger.hold, 6800, 0, 960, 240, **third, amount=2000)
    line(ledger.extend, 6134, 0, 960, 240, **third, number=1, amount=666)
    line(ledger.capture, 6134, 2133, 960, 773, **third, **pay, used=2666, fee=533)
    # Conrad is paid: the first try comes back.
    line(ledger.payout, 6134, 2133, 0, 773, **pay, payout="payout:1", amount=960)
    line(ledger.payout_failed, 6134, 2133, 960, 773, payout="payout:1", amount=960)
    line(ledger.payout, 6134, 2133, 0, 773, **pay, payout="payout:2", amount=960)
    line(ledger.payout_done, 6134, 2133, 0, 773, payout="payout:2", amount=960)
    # Clara complains of the first talk, which is paid out: our loss. Half of the third comes back too.
    line(ledger.refund, 7334, 2133, 0, 533, **march, **pay, amount=1200, dispute="dispute:1")
    line(ledger.refund, 8667, 1066, 0, 267, **third, **pay, amount=1333, dispute="dispute:2")
    line(ledger.mature, 8667, 0, 1066, 267, **pay, consultation="consultation:3")
    # An apology, and what she did not use goes back to her card.
    line(ledger.adjust, 9167, 0, 1066, 267, **{**ADJUST, "amount": 500})
    line(ledger.cash_refund, 1167, 0, 1066, 267, **{**RETURN, "amount": 8000})
    line(ledger.cash_refund_done, 1167, 0, 1066, 267, refund=BACK, amount=8000)
    # Her bank takes 20.00 of the payment back: 11.67 are there, 8.33 are lost.
    line(ledger.chargeback, 0, 0, 1066, 267, **{**CHARGE, "amount": 2000})

    assert balances() == {
        ("consultant_available", CONRAD): 1066,
        ("platform_revenue", ""): 267,
        ("dispute_loss", ""): -960 - 833,
        ("promo_expense", ""): -500,
        ("stripe_fees", ""): -175,
        ("cash_clearing", ""): -10_000 + 175 + 960 + 8000 + 2000,
    }
