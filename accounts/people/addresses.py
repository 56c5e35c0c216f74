"""Whether an e-mail address is free for an account."""

from datetime import datetime

from accounts.models import User, WayBack
from marketplace.core.time import now


def is_taken(email: str, *, by_other_than: User) -> bool:
    """Whether another account has this address, or had it and may still restore it.

    The order of the two checks matters: an address moves from "used" to "kept" in one transaction, so
    asked in this order it never looks free.
    """
    if User.objects.filter(email__iexact=email).exclude(pk=by_other_than.pk).exists():
        return True
    return is_kept(email, now(), by_other_than)


def is_kept(email: str, at: datetime, for_other_than: User | None = None) -> bool:
    """Whether another account has a valid link that restores this address."""
    kept = WayBack.objects.filter(email=email.lower(), closed_at__isnull=True, expires_at__gt=at)
    return kept.exclude(user=for_other_than.pk if for_other_than else None).exists()
