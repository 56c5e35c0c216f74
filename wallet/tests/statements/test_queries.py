from datetime import timedelta
from itertools import pairwise

import pytest

from marketplace.core import rules
from wallet import ledger, queries, references
from wallet.checks import violations
from wallet.queries import Balance, Earnings
from wallet.references import Reference
from wallet.tests.support import CALL, CLARA, CONRAD, NOON, OTHER_CALL, STELLA, book, give

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_names_calls(monkeypatch):
    """The wallet alone: what the owner of the calls would say is its own matter."""
    known = {"topup": references._resolvers["topup"]}
    monkeypatch.setattr(references, "_resolvers", known)


def call(consultation: str, *, client: str = CLARA, used: int | None = None, price: int = 2000) -> None:
    """A consultation: held only, or settled with that bill."""
    book(ledger.hold, client=client, consultation=consultation, amount=price)
    if used:
        book(
            ledger.capture,
            client=client,
            consultant=CONRAD,
            consultation=consultation,
            used=used,
            fee=used // 5,
        )
    elif used == 0:
        book(ledger.release, client=client, consultation=consultation)


def test_person_without_a_wallet_has_nothing():
    assert queries.balance(1) == Balance(available=0, held=0)
    assert queries.earnings_totals(1) == Earnings(pending=0, available=0)
    assert queries.statement(1) == queries.Statement(lines=[], total=0)


def test_balance_keeps_available_and_held_apart():
    give(CLARA, 10_000)
    call(CALL)
    call(OTHER_CALL, price=500)

    assert queries.balance(1) == Balance(available=7500, held=2500)


def test_settled_call_is_held_no_more():
    give(CLARA, 10_000)
    call(CALL, used=1200)
    call(OTHER_CALL, used=0)

    assert queries.balance(1) == Balance(available=8800, held=0)


def test_balance_of_one_person_is_not_anothers():
    give(CLARA, 10_000)
    give(STELLA, 700)
    call(CALL)

    assert queries.balance(3) == Balance(available=700, held=0)


def test_other_currency_is_another_wallet():
    give(CLARA, 10_000, currency="EUR")

    assert queries.balance(1) == Balance(available=0, held=0)
    assert queries.balance(1, "EUR") == Balance(available=10_000, held=0)


def test_earnings_are_pending_first():
    give(CLARA, 10_000)
    call(CALL, used=1200)
    call(OTHER_CALL, used=2000)

    until = NOON + timedelta(hours=rules.DISPUTE_HOURS)
    assert queries.earnings_totals(2) == Earnings(pending=2560, available=0, pending_until=until)


def test_earnings_are_available_then_on_their_way_then_paid():
    give(CLARA, 10_000)
    call(CALL, used=1200)
    call(OTHER_CALL, used=2000)
    late = NOON + timedelta(hours=rules.DISPUTE_HOURS)
    book(ledger.mature, consultant=CONRAD, consultation=CALL, now=late)
    for number, amount in enumerate((100, 200, 300)):
        book(ledger.payout, consultant=CONRAD, payout=f"payout:{number}", amount=amount)
    book(ledger.payout_done, payout="payout:0", amount=100)
    book(ledger.payout_failed, payout="payout:1", amount=200)

    assert queries.earnings_totals(2) == Earnings(
        pending=1600, available=560, on_its_way=300, paid=100, pending_until=late
    )


def test_statement_of_a_part_used_call_to_the_hundredth():
    give(CLARA, 5000)
    call(CALL, used=1200)

    lines = queries.statement(1).lines

    told = [
        (line.op, line.amount, line.held, line.paid, line.available_after, line.held_after) for line in lines
    ]
    assert told == [
        ("capture", 800, -2000, 1200, 3800, 0),
        ("hold", -2000, 2000, 0, 3000, 2000),
        ("top_up", 5000, 0, 0, 5000, 0),
    ]


def test_fully_used_call_has_its_line_although_nothing_came_back():
    give(CLARA, 5000)
    call(CALL, used=2000)

    newest = queries.statement(1).lines[0]

    assert (newest.op, newest.amount, newest.paid, newest.available_after) == ("capture", 0, 2000, 3000)


def test_statement_agrees_with_the_balance_on_every_page():
    give(CLARA, 100_000)
    for number in range(30):
        call(f"consultation:{number}", used=(number * 70) % 2001)
    pages = [queries.statement(1, limit=24, offset=offset) for offset in (0, 24, 48)]

    assert [len(page.lines) for page in pages] == [24, 24, 13]
    assert {page.total for page in pages} == {61}
    newest = pages[0].lines[0]
    assert Balance(newest.available_after, newest.held_after) == queries.balance(1)
    lines = [line for page in pages for line in page.lines]
    for later, earlier in pairwise(lines):
        assert later.available_after == earlier.available_after + later.amount
        assert later.held_after == earlier.held_after + later.held
    assert violations() == []


def test_number_of_queries_does_not_grow_with_the_lines(django_assert_num_queries):
    give(CLARA, 100_000)
    for number in range(12):
        call(f"consultation:{number}", used=100)

    with django_assert_num_queries(2):
        queries.balance(1)
        queries.statement(1)


@pytest.fixture
def named_calls(monkeypatch):
    asked: list[list[str]] = []

    def name(keys: list[str]) -> dict[str, Reference]:
        asked.append(keys)
        return {CALL: Reference(label="A call", url="/consultations/1/", who="Conrad")}

    references.register("consultation", name)
    return asked


def test_lines_of_a_kind_are_named_by_one_question_to_its_owner(named_calls):
    give(CLARA, 10_000)
    call(CALL, used=1200)
    call(OTHER_CALL, used=0)

    lines = queries.statement(1).lines

    assert named_calls == [[CALL, OTHER_CALL]]
    assert lines[-2].what == Reference(label="A call", url="/consultations/1/", who="Conrad")
    assert lines[0].what == Reference(label="Consultation")
    assert lines[-1].what == Reference(label="Top-up")
