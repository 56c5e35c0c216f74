"""Operations for staff, each with a name and a reason."""

from datetime import datetime

from wallet.errors import ReasonNeeded
from wallet.ledger.gateway import Posted, call, need_amounts


def adjust(
    *,
    owner: str,
    amount: int,
    actor_id: int,
    reason: str,
    key: str,
    currency: str,
    now: datetime,
    approver_id: int | None = None,
) -> Posted:
    """Give credits (`amount` above 0) or take them back (below 0).

    An amount above the limit stored in the database (`wallet/ledger/four_eyes.py`) needs `approver_id`, a
    second staff member. Raises ReasonNeeded, StaffOnly, OwnCredits, SecondPersonNeeded or
    InsufficientCredits.
    """
    need_amounts(abs(amount) if type(amount) is int else amount)
    reason = _need_reason(actor_id, reason)
    return call("adjust", key, owner, amount, actor_id, approver_id, reason, currency, now)


def reverse(*, journal_id: int, actor_id: int, reason: str, now: datetime) -> Posted:
    """Reverse a payment, its fee, a chargeback or an adjustment, once.

    Raises UnknownJournal, NotReversible, AlreadyReversed, ReasonNeeded, StaffOnly, OwnCredits, or
    InsufficientCredits when the credits are already spent.
    """
    need_amounts(journal_id)
    return call("reverse", f"reverse:{journal_id}", journal_id, actor_id, _need_reason(actor_id, reason), now)


def _need_reason(actor_id: object, reason: str) -> str:
    if type(actor_id) is not int or not reason.strip():
        raise ReasonNeeded
    return reason.strip()
