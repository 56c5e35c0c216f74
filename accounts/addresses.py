"""Whether an e-mail address is free for an account."""

from datetime import datetime

from accounts.models import User, WayBack
from marketplace.time import now


def is_taken(email: str, *, by_other_than: User) -> bool:
    """Whether another account has this address, or had it and may still go back to it.

    In this order: an address moves from one to the other in one transaction, and is never seen as free.
    """
    if User.objects.filter(email__iexact=email).exclude(pk=by_other_than.pk).exists():
        return True
    return is_kept(email, now(), by_other_than)


def is_kept(email: str, at: datetime, for_other_than: User | None = None) -> bool:
    """Whether a way back to this address is open for another account."""
    kept = WayBack.objects.filter(email=email.lower(), closed_at__isnull=True, expires_at__gt=at)
    return kept.exclude(user=for_other_than.pk if for_other_than else None).exists()
