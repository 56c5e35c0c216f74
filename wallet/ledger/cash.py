"""Exchanges between credits and outside money: top-ups, payouts, refunds to a card, chargebacks."""

from datetime import datetime

from wallet.ledger.gateway import Posted, call, need_amounts


def top_up(*, owner: str, amount: int, currency: str, key: str, reference: str, now: datetime) -> Posted:
    """Bring credits into the owner's wallet from outside."""
    need_amounts(amount)
    return call("top_up", key, owner, amount, currency, reference, now)


def top_up_fee(*, payment: str, amount: int, currency: str, now: datetime) -> Posted:
    """Book the fee that the payment provider kept of a payment; the provider reports it later."""
    need_amounts(amount)
    return call("top_up_fee", f"{payment}:fee", payment, amount, currency, now)


def payout(*, consultant: str, payout: str, amount: int, currency: str, now: datetime) -> Posted:
    """Start a payout of a consultant's earnings, not confirmed yet; raises InsufficientCredits."""
    need_amounts(amount)
    return call("payout", payout, consultant, payout, amount, currency, now)


def payout_done(*, payout: str, amount: int, currency: str, now: datetime) -> Posted:
    """The payout arrived; raises NotInTransit, TransitAmountDiffers or AlreadySettled."""
    need_amounts(amount)
    return call("payout_done", f"{payout}:done", payout, amount, currency, now)


def payout_failed(*, payout: str, amount: int, currency: str, now: datetime) -> Posted:
    """The payout failed, so the credits return; raises the same errors as `payout_done`."""
    need_amounts(amount)
    return call("payout_failed", f"{payout}:failed", payout, amount, currency, now)


def cash_refund(
    *, client: str, refund: str, payment: str, amount: int, currency: str, now: datetime
) -> Posted:
    """Return unused credits to the card that bought them.

    The limit is the amount of that payment and what is unspent: credits given by staff are never cashed.
    Raises RefundExceedsPayment or InsufficientCredits.
    """
    need_amounts(amount)
    return call("cash_refund", refund, client, refund, payment, amount, currency, now)


def cash_refund_done(*, refund: str, amount: int, currency: str, now: datetime) -> Posted:
    """The refund reached the card; raises NotInTransit, TransitAmountDiffers or AlreadySettled."""
    need_amounts(amount)
    return call("cash_refund_done", f"{refund}:done", refund, amount, currency, now)


def cash_refund_failed(*, refund: str, amount: int, currency: str, now: datetime) -> Posted:
    """The card refused the refund, so the credits return; raises the same errors as `cash_refund_done`."""
    need_amounts(amount)
    return call("cash_refund_failed", f"{refund}:failed", refund, amount, currency, now)


def chargeback(*, client: str, payment: str, case: str, amount: int, currency: str, now: datetime) -> Posted:
    """The bank reversed a payment: the client's credits cover what they can, the rest is a loss."""
    need_amounts(amount)
    return call("chargeback", case, client, payment, amount, currency, now)
