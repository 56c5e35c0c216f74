"""Rows about people that nobody needs any more."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from accounts.models import EmailCode
from marketplace.chores import delete_in_batches
from marketplace.time import now

# A code that is over still says to which address a new one goes.
CODE_KEPT = timedelta(days=1)


def delete_expired_sessions() -> int:
    """Delete the sign-ins and the visitors' sessions that are over; returns how many."""
    return delete_in_batches(Session.objects.filter(expire_date__lt=now()))


def delete_old_codes() -> int:
    """Delete the e-mail codes that have been over for a day; returns how many."""
    return delete_in_batches(EmailCode.objects.filter(expires_at__lt=now() - CODE_KEPT))
