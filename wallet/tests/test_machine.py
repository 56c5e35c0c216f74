"""Any operations in any order, wrong ones included, beside a small model in Python: a dict of balances."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from marketplace import rules
from wallet import errors, ledger
from wallet.checks import violations
from wallet.tests.support import NOON, balances

CLIENTS, CONSULTANTS = ["user:1", "user:2"], ["user:11", "user:12"]
CALLS = [f"consultation:{number}" for number in range(4)]
PAYMENTS, PAYOUTS, BACKS = ([f"{name}:{n}" for n in range(4)] for name in ("topup", "payout", "cashrefund"))
MATURE = NOON + timedelta(hours=rules.DISPUTE_HOURS)
amounts = st.sampled_from([7, 107, 107, 307, 307, 507, 1007, 5007, 0, -93])
clients, consultants, calls = st.sampled_from(CLIENTS), st.sampled_from(CONSULTANTS), st.sampled_from(CALLS)
# Mostly the people that the thing belongs to, sometimes others.
maybe_client, maybe_consultant = (st.one_of(st.none(), st.none(), who) for who in (clients, consultants))
payments, payouts, backs = st.sampled_from(PAYMENTS), st.sampled_from(PAYOUTS), st.sampled_from(BACKS)


class Books:
    """What the ledger should say: balances, and what was done with each thing."""

    def __init__(self) -> None:
        self.balance: dict[tuple[str, str], int] = defaultdict(int)
        self.done: dict[str, tuple[Any, ...]] = {}  # key -> request: what replays are compared with
        self.calls: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, tuple[str, int]] = {}
        self.transit: dict[str, tuple[str, str, int]] = {}

    def move(self, *legs: tuple[tuple[str, str], tuple[str, str], int]) -> None:
        for source, goal, amount in legs:
            self.balance[source] -= amount
            self.balance[goal] += amount


def wallet(owner: str) -> tuple[str, str]:
    return "client_available", owner


CASH, REVENUE, LOSS, PROMO = (
    (kind, "") for kind in ("cash_clearing", "platform_revenue", "dispute_loss", "promo_expense")
)


class Ledger(RuleBasedStateMachine):
    """Each rule asks the ledger, then says what the model expected: a replay, a refusal, or a movement."""

    @initialize()
    def begin(self) -> None:
        self.books = Books()
        self.block = transaction.atomic(savepoint=True)
        self.block.__enter__()
        for number, owner in enumerate(CLIENTS):
            self.top_up(owner=owner, amount=5007, payment=PAYMENTS[number])
        for call, consultant in zip(CALLS, CONSULTANTS, strict=False):  # something to refund and to pay out
            self.hold(client=CLIENTS[0], call=call, amount=1007)
            self.capture(client=CLIENTS[0], consultant=consultant, call=call, used=307, fee=50)
        self.mature(consultant=CONSULTANTS[0], call=CALLS[0], when=MATURE)

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
            return False
        if known is not None:
            assert posted.replayed and known == request, key
            return False
        assert fine and not posted.replayed, f"{key} should have been refused"
        self.books.done[key] = request
        return True

    @rule(owner=clients, amount=amounts, payment=payments)
    def top_up(self, owner: str, amount: int, payment: str) -> None:
        values = {"owner": owner, "amount": amount, "key": payment, "reference": payment}
        if self.ask(payment, ledger.top_up, (owner, amount), amount > 0, **values):
            self.books.move((CASH, wallet(owner), amount))
            self.books.payments[payment] = (owner, amount)

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

    @rule(name=st.one_of(payouts, backs), amount=st.none() | amounts, failed=st.booleans())
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

    @rule(client=clients, payment=payments, amount=st.sampled_from([7, 107, 0]), case=st.integers(1, 2))
    def chargeback(self, client: str, payment: str, amount: int, case: int) -> None:
        key = f"stripe_dispute:{case}"
        values = {"client": client, "payment": payment, "case": key, "amount": amount}
        if self.ask(key, ledger.chargeback, (client, payment, amount), amount > 0, **values):
            taken = min(amount, self.books.balance[wallet(client)])
            self.books.move((wallet(client), CASH, taken), (LOSS, CASH, amount - taken))
            if payment in self.books.payments:
                owner, left = self.books.payments[payment]
                self.books.payments[payment] = (owner, left - amount)
            else:
                self.books.payments[payment] = ("", -amount)

    @rule(client=clients, amount=amounts, number=st.integers(1, 3), approver=st.sampled_from([None, 1, 2]))
    def adjust(self, client: str, amount: int, number: int, approver: int | None) -> None:
        enough = self.books.balance[wallet(client)] + amount >= 0
        fine = amount != 0 and enough and approver != 1 and (abs(amount) <= 5000 or approver == 2)
        values = {"owner": client, "amount": amount, "actor_id": 1, "approver_id": approver, "reason": "test"}
        request = (client, amount, approver)
        if self.ask(f"adjust:{number}", ledger.adjust, request, fine, **values, key=f"adjust:{number}"):
            self.books.move((PROMO, wallet(client), amount))

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
            max_examples=40,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes and finds the same
            suppress_health_check=list(HealthCheck),
        ),
    )
