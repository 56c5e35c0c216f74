import pytest

from wallet import errors, ledger
from wallet.amounts import LARGEST, is_amount, parse_credits, plain_credits
from wallet.checks import violations
from wallet.tests.support import CALL, CLARA, CONRAD, attempt, book, counts, give

NO_AMOUNTS = [0, -1, True, False, 1.0, 0.5, "100", None, 2**63, -(2**63), float("nan")]


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_only_whole_numbers_above_zero_are_amounts(amount):
    assert not is_amount(amount)


@pytest.mark.django_db
@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_amount_that_is_none_moves_nothing(amount):
    before = counts()

    with pytest.raises(errors.InvalidAmount):
        attempt(ledger.top_up, owner=CLARA, amount=amount, key="topup:1", reference="topup:1")
    with pytest.raises(errors.InvalidAmount):
        attempt(ledger.hold, client=CLARA, consultation=CALL, amount=amount)
    with pytest.raises(errors.InvalidAmount):
        attempt(ledger.capture, client=CLARA, consultant=CONRAD, consultation=CALL, used=amount, fee=0)

    assert counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize("fee", [-1, 1201, 1.5, "240", True, 2**63])
def test_fee_lies_between_nothing_and_the_bill(fee):
    give(CLARA, 2000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)

    with pytest.raises(errors.InvalidAmount):
        attempt(ledger.capture, client=CLARA, consultant=CONRAD, consultation=CALL, used=1200, fee=fee)


@pytest.mark.django_db
def test_largest_amount_fits_and_one_more_does_not():
    give(CLARA, LARGEST)

    with pytest.raises(errors.InvalidAmount):
        attempt(ledger.top_up, owner=CLARA, amount=1, key="topup:2", reference="topup:2")

    assert violations() == []


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12", 1200), ("12.5", 1250), ("12.50", 1250), ("12,50", 1250), (" 7 ", 700), ("0.05", 5), ("0", 0)],
)
def test_typed_credits_become_hundredths(text, amount):
    assert parse_credits(text) == amount


@pytest.mark.parametrize(
    "text", ["", "-1", "1.234", "1e3", "1,000.00", "ten", "٣", "12.", ".5", "1 2", "nan", "9" * 13]
)
def test_other_text_is_no_amount(text):
    assert parse_credits(text) is None


@pytest.mark.parametrize(
    ("amount", "text"), [(2000, "20.00"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (123456, "1234.56")]
)
def test_amounts_are_spoken_plain_credits(amount, text):
    assert plain_credits(amount) == text
