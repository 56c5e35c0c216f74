"""Any operations in any order, wrong ones included, beside a small model in Python: a dict of balances."""

from collections import defaultdict
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from marketplace.core import rules
from wallet import errors, ledger
from wallet.checks import violations
from wallet.models import Op
from wallet.tests.support import ADA, BORIS, NOON, balances, make_staff

CLIENTS, CONSULTANTS = ["user:1", "user:2"], ["user:11", "user:12"]
CALLS = [f"consultation:{number}" for number in range(4)]
PAYMENTS, PAYOUTS, BACKS = ([f"{name}:{n}" for n in range(4)] for name in ("topup", "payout", "cashrefund"))
CASES, ADJUSTMENTS = ["stripe_dispute:1", "stripe_dispute:2"], ["adjust:1", "adjust:2", "adjust:3"]
# What is never reversed: settlements, what left, what nobody booked.
IRREVERSIBLE = [f"{CALLS[0]}:hold", f"{CALLS[1]}:capture", PAYOUTS[0], BACKS[0], "nothing"]
MATURE = NOON + timedelta(hours=rules.DISPUTE_HOURS)
amounts = st.sampled_from([7, 107, 107, 307, 307, 507, 1007, 5007, 0, -93])
clients, consultants, calls = st.sampled_from(CLIENTS), st.sampled_from(CONSULTANTS), st.sampled_from(CALLS)
# Mostly the people that the thing belongs to, sometimes others.
maybe_client, maybe_consultant = (st.one_of(st.none(), st.none(), who) for who in (clients, consultants))
payments, payouts, backs = st.sampled_from(PAYMENTS), st.sampled_from(PAYOUTS), st.sampled_from(BACKS)
cases, adjustments = st.sampled_from(CASES), st.sampled_from(ADJUSTMENTS)


Leg = tuple[tuple[str, str], tuple[str, str], int]


class Books:
    """What the ledger should say: balances, and what was done with each thing."""

    def __init__(self) -> None:
        self.balance: dict[tuple[str, str], int] = defaultdict(int)
        self.done: dict[str, tuple[Any, ...]] = {}  # key -> request: what replays are compared with
        self.calls: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, tuple[str, int]] = {}
        self.transit: dict[str, tuple[str, str, int]] = {}
        self.journals: dict[str, int] = {}  # key -> id
        self.calls_made: list[tuple[Any, ...]] = []  # what was booked, word for word
        self.reversible: list[str] = []  # keys, and those of reversals, which are not reversed again
        self.legs: dict[str, tuple[Leg, ...]] = {}  # key -> what a reversal would move back
        self.brought: dict[str, tuple[str, int]] = {}  # key -> payment, and what it has left since

    def move(self, *legs: Leg) -> None:
        for source, goal, amount in legs:
            self.balance[source] -= amount
            self.balance[goal] += amount

    def move_reversibly(self, key: str, *legs: Leg) -> None:
        self.move(*legs)
        self.legs[key] = legs
        self.reversible.append(key)

    def change_payment(self, key: str, payment: str, amount: int, owner: str = "") -> None:
        """What of it may go back to the card, and to whom; `key` may be reversed later."""
        known, left = self.payments.get(payment, ("", 0))
        self.payments[payment] = (known or owner, left + amount)
        self.brought[key] = (payment, amount)

    def may_be_reversed(self, key: str) -> bool:
        """Nobody but the house may fall below 0."""
        after = defaultdict(int, self.balance)
        for source, goal, amount in self.legs.get(key, ()):
            after[source] += amount
            after[goal] -= amount
        return key in self.legs and all(after[wallet(owner)] >= 0 for owner in CLIENTS)

    def reverse(self, key: str) -> None:
        self.move(*((goal, source, amount) for source, goal, amount in self.legs.pop(key)))
        self.reversible.append(f"{key}:reverse")
        payment, amount = self.brought.get(key, ("", 0))
        if payment:
            self.change_payment(f"{key}:reverse", payment, -amount)


def wallet(owner: str) -> tuple[str, str]:
    return "client_available", owner


CASH, REVENUE, LOSS, PROMO, FEES = (
    (kind, "")
    for kind in ("cash_clearing", "platform_revenue", "dispute_loss", "promo_expense", "stripe_fees")
)


class Ledger(RuleBasedStateMachine):
    """Each rule asks the ledger, then says what the model expected: a replay, a refusal, or a movement."""

    seen: ClassVar[dict[str, set[str]]] = defaultdict(set)  # operation -> booked, replayed, refused

    @initialize()
    def begin(self) -> None:
        self.books = Books()
        self.block = transaction.atomic(savepoint=True)
        self.block.__enter__()
        make_staff()
        for number, owner in enumerate(CLIENTS):
            self.top_up(owner=owner, amount=5007, payment=PAYMENTS[number])
        for call, consultant in zip(CALLS, CONSULTANTS, strict=False):  # something to refund and to pay out
            self.hold(client=CLIENTS[0], call=call, amount=1007)
            self.capture(client=CLIENTS[0], consultant=consultant, call=call, used=307, fee=50)
        self.mature(consultant=CONSULTANTS[0], call=CALLS[0], when=MATURE)
        self.hold(client=CLIENTS[1], call=CALLS[2], amount=507)
        self.extend(client=CLIENTS[1], call=CALLS[2], amount=107, number=1)
        for payout, back in zip(PAYOUTS[:3], BACKS[:3], strict=True):
            self.payout(consultant=CONSULTANTS[0], payout=payout, amount=50)
            self.cash_refund(client=CLIENTS[1], back=back, payment=PAYMENTS[1], amount=307)
        for number, failed in enumerate([False, True]):  # one arrived, one came back, one is on its way
            self.leave_transit(name=PAYOUTS[number], amount=None, failed=failed)
            self.leave_transit(name=BACKS[number], amount=None, failed=failed)
        self.adjust(client=CLIENTS[0], amount=107, key=ADJUSTMENTS[0], approver=None)
        self.top_up(owner=CLIENTS[0], amount=107, payment=PAYMENTS[2])
        self.reverse(ago=0, other=None, actor=ADA, reason="a slip")
        # Refused: nothing of a reversed payment goes back to the card.
        self.cash_refund(client=CLIENTS[0], back=BACKS[3], payment=PAYMENTS[2], amount=107)

    def teardown(self) -> None:
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def ask(self, key: str, move: Any, request: tuple[Any, ...], fine: bool, /, **values: Any) -> bool:
        """True when the model shall move; a refusal must be one that has a name, and move nothing."""
        known = self.books.done.get(key)
        values = {"currency": "XTS", "now": NOON} | values
        try:
            with transaction.atomic(savepoint=True):
                posted = move(**values)
        except errors.WalletError as refusal:
            assert type(refusal) is not errors.LedgerRefused  # noqa: PT017
            assert known != request, f"{key} is a replay and was refused: {refusal}"  # noqa: PT017
            assert known is not None or not fine, f"{key} should have been booked: {refusal}"  # noqa: PT017
            self.seen[move.__name__].add("refused")
            return False
        if known is not None:
            assert posted == ledger.Posted(self.books.journals[key], replayed=True) and known == request, key
            self.seen[move.__name__].add("replayed")
            return False
        assert fine and not posted.replayed, f"{key} should have been refused"
        self.seen[move.__name__].add("booked")
        self.books.done[key] = request
        self.books.journals[key] = posted.journal_id
        self.books.calls_made.append((key, move, request, values))
        return True

    @rule(ago=st.integers(0, 30))
    def again(self, ago: int) -> None:
        """A request that was booked some steps ago comes once more."""
        key, move, request, values = self.books.calls_made[-1 - ago % len(self.books.calls_made)]
        self.ask(key, move, request, False, **values)

    @rule(owner=clients, amount=amounts, payment=payments)
    def top_up(self, owner: str, amount: int, payment: str) -> None:
        values = {"owner": owner, "amount": amount, "key": payment, "reference": payment}
        if self.ask(payment, ledger.top_up, (owner, amount), amount > 0, **values):
            self.books.move_reversibly(payment, (CASH, wallet(owner), amount))
            self.books.change_payment(payment, payment, amount, owner)

    @rule(payment=payments, amount=st.sampled_from([7, 50, 0, -1]))
    def top_up_fee(self, payment: str, amount: int) -> None:
        key = f"{payment}:fee"
        if self.ask(key, ledger.top_up_fee, (amount,), amount > 0, payment=payment, amount=amount):
            self.books.move_reversibly(key, (FEES, CASH, amount))

    @rule(client=clients, call=calls, amount=amounts)
    def hold(self, client: str, call: str, amount: int) -> None:
        fine = 0 < amount <= self.books.balance[wallet(client)]
        values = {"client": client, "consultation": call, "amount": amount}
        if self.ask(f"{call}:hold", ledger.hold, (client, amount), fine, **values):
            self.books.move((wallet(client), ("escrow", call), amount))
            self.books.calls[call] = {"client": client, "open": True}

    @rule(client=maybe_client, call=calls, amount=amounts, number=st.integers(1, 2))
    def extend(self, client: str | None, call: str, amount: int, number: int) -> None:
        known = self.books.calls.get(call, {})
        client = client or known.get("client", CLIENTS[0])
        fine = (
            known.get("client") == client
            and known["open"]
            and 0 < amount <= self.books.balance[wallet(client)]
        )
        values = {"client": client, "consultation": call, "amount": amount, "number": number}
        if self.ask(f"{call}:extend:{number}", ledger.extend, (client, amount), fine, **values):
            self.books.move((wallet(client), ("escrow", call), amount))

    @rule(client=maybe_client, call=calls)
    def release(self, client: str | None, call: str) -> None:
        known = self.books.calls.get(call, {})
        client = client or known.get("client", CLIENTS[0])
        fine = known.get("client") == client and known["open"]
        if self.ask(f"{call}:release", ledger.release, (client,), fine, client=client, consultation=call):
            self.books.move((("escrow", call), wallet(client), self.books.balance["escrow", call]))
            known["open"] = False

    @rule(
        client=maybe_client,
        consultant=consultants,
        call=calls,
        used=amounts,
        fee=st.sampled_from([0, 7, 50, 50, 507, -1]),
    )
    def capture(self, client: str | None, consultant: str, call: str, used: int, fee: int) -> None:
        known = self.books.calls.get(call, {})
        client = client or known.get("client", CLIENTS[0])
        held = self.books.balance["escrow", call]
        fine = known.get("client") == client and known["open"] and 0 < used <= held and 0 <= fee <= used
        values = {"client": client, "consultant": consultant, "consultation": call, "used": used, "fee": fee}
        if self.ask(f"{call}:capture", ledger.capture, (client, consultant, used, fee), fine, **values):
            escrow = ("escrow", call)
            self.books.move(
                (escrow, ("consultant_pending", consultant), used - fee),
                (escrow, REVENUE, fee),
                (escrow, wallet(client), held - used),
            )
            known |= {
                "open": False,
                "paid": consultant,
                "used": used,
                "fee": fee,
                "back": 0,
                "pending": used - fee,
            }

    @rule(consultant=maybe_consultant, call=calls, when=st.sampled_from([NOON, MATURE, MATURE]))
    def mature(self, consultant: str | None, call: str, when: Any) -> None:
        known = self.books.calls.get(call, {})
        consultant = consultant or known.get("paid", CONSULTANTS[0])
        fine = known.get("paid") == consultant and known["pending"] > 0 and when == MATURE
        values = {"consultant": consultant, "consultation": call, "now": when}
        if self.ask(f"{call}:mature", ledger.mature, (consultant,), fine, **values):
            kinds = ("consultant_pending", consultant), ("consultant_available", consultant)
            self.books.move((*kinds, known["pending"]))
            known["pending"] = 0

    @rule(
        client=maybe_client, consultant=maybe_consultant, call=calls, amount=amounts, case=st.integers(1, 2)
    )
    def refund(self, client: str | None, consultant: str | None, call: str, amount: int, case: int) -> None:
        known = self.books.calls.get(call, {})
        client = client or known.get("client", CLIENTS[0])
        consultant = consultant or known.get("paid", CONSULTANTS[0])
        fine = (
            known.get("paid") == consultant
            and known["client"] == client
            and 0 < amount <= known["used"] - known["back"]
        )
        dispute = f"dispute:{call}:{case}"
        values = {"client": client, "consultant": consultant, "consultation": call, "amount": amount}
        request = (client, consultant, amount)
        if self.ask(f"{dispute}:refund", ledger.refund, request, fine, **values, dispute=dispute):
            self._book_refund(known, client, consultant, amount)

    def _book_refund(self, known: dict[str, Any], client: str, consultant: str, amount: int) -> None:
        before, known["back"] = known["back"], known["back"] + amount
        fee = known["back"] * known["fee"] // known["used"] - before * known["fee"] // known["used"]
        pending = min(amount - fee, known["pending"])
        available = min(amount - fee - pending, self.books.balance["consultant_available", consultant])
        known["pending"] -= pending
        self.books.move(
            (("consultant_pending", consultant), wallet(client), pending),
            (("consultant_available", consultant), wallet(client), available),
            (LOSS, wallet(client), amount - fee - pending - available),
            (REVENUE, wallet(client), fee),
        )

    @rule(consultant=consultants, payout=payouts, amount=st.sampled_from([7, 50, 107, 5007]))
    def payout(self, consultant: str, payout: str, amount: int) -> None:
        source = ("consultant_available", consultant)
        fine = 0 < amount <= self.books.balance[source]
        values = {"consultant": consultant, "payout": payout, "amount": amount}
        if self.ask(payout, ledger.payout, (consultant, amount), fine, **values):
            self.books.move((source, ("payout_transit", payout), amount))
            self.books.transit[payout] = (*source, amount)

    @rule(client=clients, back=backs, payment=payments, amount=amounts)
    def cash_refund(self, client: str, back: str, payment: str, amount: int) -> None:
        owner, left = self.books.payments.get(payment, ("", 0))
        fine = owner == client and 0 < amount <= min(left, self.books.balance[wallet(client)])
        values = {"client": client, "refund": back, "payment": payment, "amount": amount}
        if self.ask(back, ledger.cash_refund, (client, payment, amount), fine, **values):
            self.books.move((wallet(client), ("refund_transit", back), amount))
            self.books.transit[back] = (*wallet(client), amount)
            self.books.payments[payment] = (owner, left - amount)
            self.books.calls[back] = {"payment": payment}

    @rule(
        name=st.sampled_from([PAYOUTS[2], BACKS[2]]) | payouts | backs,
        amount=st.none() | amounts,
        failed=st.booleans(),
    )
    def leave_transit(self, name: str, amount: int | None, failed: bool) -> None:
        """Mostly the right amount: the model knows it."""
        kind = "payout" if name in PAYOUTS else "refund"
        there = self.books.balance[f"{kind}_transit", name]
        *source, asked = self.books.transit.get(name, ("", "", 700))
        amount = asked if amount is None else amount
        noun = "payout" if kind == "payout" else "cash_refund"
        move = getattr(ledger, f"{noun}_{'failed' if failed else 'done'}")
        key = f"{name}:{'failed' if failed else 'done'}"
        fine = name in self.books.transit and amount == there > 0
        if self.ask(key, move, (amount,), fine, **{kind: name, "amount": amount}):
            self.books.move(((f"{kind}_transit", name), (source[0], source[1]) if failed else CASH, amount))
            payment = self.books.calls.get(name, {}).get("payment")
            if failed and payment:
                owner, left = self.books.payments[payment]
                self.books.payments[payment] = (owner, left + amount)

    @rule(client=clients, payment=payments, amount=st.sampled_from([7, 107, 0]), case=cases)
    def chargeback(self, client: str, payment: str, amount: int, case: str) -> None:
        values = {"client": client, "payment": payment, "case": case, "amount": amount}
        if self.ask(case, ledger.chargeback, (client, payment, amount), amount > 0, **values):
            taken = min(amount, self.books.balance[wallet(client)])
            legs = (wallet(client), CASH, taken), (LOSS, CASH, amount - taken)
            self.books.move_reversibly(case, *legs)
            self.books.change_payment(case, payment, -amount)

    @rule(client=clients, amount=amounts, key=adjustments, approver=st.sampled_from([None, ADA, BORIS]))
    def adjust(self, client: str, amount: int, key: str, approver: int | None) -> None:
        enough = self.books.balance[wallet(client)] + amount >= 0
        fine = amount != 0 and enough and approver != ADA and (abs(amount) <= 5000 or approver == BORIS)
        values = {"owner": client, "amount": amount, "actor_id": ADA, "approver_id": approver, "reason": "t"}
        request = (client, amount, approver)
        if self.ask(key, ledger.adjust, request, fine, **values, key=key):
            self.books.move_reversibly(key, (PROMO, wallet(client), amount))

    @rule(
        ago=st.integers(0, 7),
        other=st.one_of(st.none(), st.none(), st.sampled_from(IRREVERSIBLE)),
        actor=st.sampled_from([ADA, ADA, ADA, BORIS]),
        reason=st.sampled_from(["a slip", "a slip", "a slip", "other words", " "]),
    )
    def reverse(self, ago: int, other: str | None, actor: int, reason: str) -> None:
        """Mostly what may be reversed, reversed before or not; sometimes a reversal."""
        first = other or self.books.reversible[-1 - ago % len(self.books.reversible)]

        def reverse(currency: str, **values: Any) -> ledger.Posted:  # a reversal is asked for without one
            return ledger.reverse(**values)

        fine = self.books.may_be_reversed(first) and reason != " "
        values = {"journal_id": self.books.journals.get(first, 10**15), "actor_id": actor, "reason": reason}
        if self.ask(f"{first}:reverse", reverse, (actor, reason), fine, **values):
            self.books.reverse(first)

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "books"):
            return
        assert balances() == {pot: amount for pot, amount in self.books.balance.items() if amount}
        assert sum(self.books.balance.values()) == 0
        assert [broken for broken in violations() if not broken.rule.startswith("I11")] == []


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_any_operations_in_any_order_agree_with_the_model() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=75,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes and finds the same
            suppress_health_check=list(HealthCheck),
        ),
    )

    wanted = {"booked", "refused"}
    assert {operation for operation in Op.values if not wanted <= set(Ledger.seen[operation])} == set()
