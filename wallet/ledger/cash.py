"""Where credits meet money outside: bought, paid out, given back to the card, taken back by the bank."""

from datetime import datetime

from wallet.ledger.door import Posted, call, need_amounts


def top_up(*, owner: str, amount: int, currency: str, key: str, reference: str, now: datetime) -> Posted:
    """Bring credits into the owner's wallet from outside."""
    need_amounts(amount)
    return call("top_up", key, owner, amount, currency, reference, now)


def top_up_fee(*, payment: str, amount: int, currency: str, now: datetime) -> Posted:
    """What the payment provider kept of a payment, told later."""
    need_amounts(amount)
    return call("top_up_fee", f"{payment}:fee", payment, amount, currency, now)


def payout(*, consultant: str, payout: str, amount: int, currency: str, now: datetime) -> Posted:
    """A consultant's earnings leave: asked for, not confirmed; raises InsufficientCredits."""
    need_amounts(amount)
    return call("payout", payout, consultant, payout, amount, currency, now)


def payout_done(*, payout: str, amount: int, currency: str, now: datetime) -> Posted:
    """The payout arrived; raises NotInTransit, TransitAmountDiffers or AlreadySettled."""
    need_amounts(amount)
    return call("payout_done", f"{payout}:done", payout, amount, currency, now)


def payout_failed(*, payout: str, amount: int, currency: str, now: datetime) -> Posted:
    """The payout came back, and so do the credits; raises what `payout_done` raises."""
    need_amounts(amount)
    return call("payout_failed", f"{payout}:failed", payout, amount, currency, now)


def cash_refund(
    *, client: str, refund: str, payment: str, amount: int, currency: str, now: datetime
) -> Posted:
    """Unused credits go back to the card that bought them.

    At most what that payment brought and what is unspent: credits given by staff are never cashed.
    Raises RefundExceedsPayment or InsufficientCredits.
    """
    need_amounts(amount)
    return call("cash_refund", refund, client, refund, payment, amount, currency, now)


def cash_refund_done(*, refund: str, amount: int, currency: str, now: datetime) -> Posted:
    """The card has it; raises NotInTransit, TransitAmountDiffers or AlreadySettled."""
    need_amounts(amount)
    return call("cash_refund_done", f"{refund}:done", refund, amount, currency, now)


def cash_refund_failed(*, refund: str, amount: int, currency: str, now: datetime) -> Posted:
    """The card refused, so the credits come back; raises what `cash_refund_done` raises."""
    need_amounts(amount)
    return call("cash_refund_failed", f"{refund}:failed", refund, amount, currency, now)


def chargeback(*, client: str, payment: str, case: str, amount: int, currency: str, now: datetime) -> Posted:
    """The bank took a payment back: out of the client's credits as far as they reach, the rest is a loss."""
    need_amounts(amount)
    return call("chargeback", case, client, payment, amount, currency, now)
