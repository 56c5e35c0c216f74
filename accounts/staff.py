"""The decisions that staff may make about people, and the record of each decision.

The record is the history that the admin shows for each account and profile (Django's log entries).
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model

from accounts.errors import AboutYourself, RightMissing, SuperuserNeeded
from accounts.models import User

BLOCK = "accounts.change_user"
DECIDE = "accounts.change_consultantprofile"


def need_right(*, by: User, right: str, about: User) -> None:
    """Check that `by` may decide about the person `about`; raises RightMissing or AboutYourself."""
    if not (by.is_staff and by.has_perm(right)):
        raise RightMissing
    if by.pk == about.pk:
        raise AboutYourself


def need_rank(*, by: User, about: User) -> None:
    """Raises SuperuserNeeded unless `about` is an ordinary account or `by` is a superuser too."""
    if about.is_superuser and not by.is_superuser:
        raise SuperuserNeeded


def write_down(*, by: User, about: Model, words: str) -> None:
    """Add an action by `by` to the history of a row, in the same transaction as the action."""
    LogEntry.objects.log_actions(by.pk, [about], CHANGE, words, single_object=True)
