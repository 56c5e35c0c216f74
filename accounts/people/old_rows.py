"""Deletes rows about people that are no longer needed."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from accounts.models import EmailCode
from marketplace.core.chores import delete_in_batches
from marketplace.core.time import now

# An expired code still records the address that a new one goes to.
CODE_KEPT = timedelta(days=1)


def delete_expired_sessions() -> int:
    """Delete expired sessions of users and visitors; returns how many."""
    return delete_in_batches(Session.objects.filter(expire_date__lt=now()))


def delete_old_codes() -> int:
    """Delete e-mail codes that expired more than a day ago; returns how many."""
    return delete_in_batches(EmailCode.objects.filter(expires_at__lt=now() - CODE_KEPT))
