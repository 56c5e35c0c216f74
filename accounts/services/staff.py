"""What staff may decide about people, and the written trace of who did it.

The trace is the history that the admin shows on each account and profile (Django's log entries).
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model

from accounts.errors import AboutYourself, RightMissing, SuperuserNeeded
from accounts.models import User

BLOCK = "accounts.change_user"
DECIDE = "accounts.change_consultantprofile"


def need_right(*, by: User, right: str, about: User) -> None:
    """Let `by` decide about the person `about`; raises RightMissing without the right, or AboutYourself."""
    if not (by.is_staff and by.has_perm(right)):
        raise RightMissing
    if by.pk == about.pk:
        raise AboutYourself


def need_rank(*, by: User, about: User) -> None:
    """Raises SuperuserNeeded unless `about` is an ordinary account or `by` is a superuser too."""
    if about.is_superuser and not by.is_superuser:
        raise SuperuserNeeded


def write_down(*, by: User, about: Model, words: str) -> None:
    """Add what `by` did to the history of a row; inside the transaction of what was done."""
    LogEntry.objects.log_actions(by.pk, [about], CHANGE, words, single_object=True)
