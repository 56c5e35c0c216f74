"""Operations on the price of a consultation: hold, extend, release or capture, mature, refund."""

from datetime import datetime, timedelta

from marketplace.core import rules
from wallet.ledger.gateway import Posted, call, need_amounts


def hold(*, client: str, consultation: str, amount: int, currency: str, now: datetime) -> Posted:
    """Set the client's credits aside for one consultation; raises InsufficientCredits."""
    need_amounts(amount)
    return call("hold", f"{consultation}:hold", client, consultation, amount, currency, now)


def extend(
    *, client: str, consultation: str, number: int, amount: int, currency: str, now: datetime
) -> Posted:
    """Set more aside for a running call: its first extension is number 1.

    `amount` is `price * all bought seconds // 900` less what is held so far: thirds make a whole.
    Raises InsufficientCredits, NoEscrow or AlreadySettled.
    """
    need_amounts(number, amount)
    return call("extend", f"{consultation}:extend:{number}", client, consultation, amount, currency, now)


def release(*, client: str, consultation: str, currency: str, now: datetime) -> Posted:
    """Return everything held for the consultation to the client; raises NoEscrow or AlreadySettled."""
    return call("release", f"{consultation}:release", client, consultation, currency, now)


def capture(
    *, client: str, consultant: str, consultation: str, used: int, fee: int, currency: str, now: datetime
) -> Posted:
    """Pay `used` out of the held credits (`fee` of it to the platform) and return the rest to the client.

    Raises NoEscrow, AlreadySettled or CaptureExceedsHold. A bill of 0 is a release, not a capture.
    """
    need_amounts(used)
    if fee != 0:
        need_amounts(fee)
    key = f"{consultation}:capture"
    return call("capture", key, client, consultant, consultation, used, fee, currency, now)


def mature(*, consultant: str, consultation: str, currency: str, now: datetime) -> Posted:
    """Make a call's pending earnings available to the consultant, after the dispute window.

    Raises InDisputeWindow, NotCaptured, NoEscrow, or NothingPending when all of it was refunded.
    """
    settled_before = now - timedelta(hours=rules.DISPUTE_HOURS)
    key = f"{consultation}:mature"
    return call("mature", key, consultant, consultation, settled_before, currency, now)


def refund(
    *,
    client: str,
    consultant: str,
    consultation: str,
    amount: int,
    dispute: str,
    currency: str,
    now: datetime,
) -> Posted:
    """Return `amount` of a paid bill to the client; `dispute` is the key text of the case.

    The platform returns its share of the fee. The consultant's share comes from their pending, then
    from their available earnings. A share that was already paid out is the platform's loss.

    Raises RefundExceedsBill or NotCaptured.
    """
    need_amounts(amount)
    key = f"{dispute}:refund"
    return call("refund", key, client, consultant, consultation, amount, currency, now)
