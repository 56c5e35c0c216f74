"""What staff may book, always with a name and a reason."""

from datetime import datetime

from wallet.errors import ReasonNeeded
from wallet.ledger.door import Posted, call, need_amounts


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

    More than the limit that the database knows (`wallet/services/four_eyes.py`) needs `approver_id`, another
    member of staff. Raises ReasonNeeded, StaffOnly, OwnCredits, SecondPersonNeeded or InsufficientCredits.
    """
    need_amounts(abs(amount) if type(amount) is int else amount)
    reason = _need_reason(actor_id, reason)
    return call("adjust", key, owner, amount, actor_id, approver_id, reason, currency, now)


def reverse(*, journal_id: int, actor_id: int, reason: str, now: datetime) -> Posted:
    """Book a payment, its fee, a chargeback or an adjustment backwards, once.

    Raises UnknownJournal, NotReversible, AlreadyReversed, ReasonNeeded, StaffOnly, OwnCredits, or
    InsufficientCredits when they are spent.
    """
    need_amounts(journal_id)
    return call("reverse", f"reverse:{journal_id}", journal_id, actor_id, _need_reason(actor_id, reason), now)


def _need_reason(actor_id: object, reason: str) -> str:
    if type(actor_id) is not int or not reason.strip():
        raise ReasonNeeded
    return reason.strip()
