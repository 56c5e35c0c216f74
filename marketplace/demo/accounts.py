"""Blocks and unblocks the demo accounts, and shows some demo consultants as free."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.availability.expression import MISSED, shown_as
from accounts.handles import from_name
from accounts.models import ConsultantProfile, ProfileStatus, Shown, User
from accounts.models.profile import ProfileQuerySet
from accounts.people import services as people
from marketplace.demo.books import Books
from marketplace.live import publish

# Columns that are reset when the story, not the person, turns a switch.
ANEW = {
    "accepting_until": None,
    "paused_until": None,
    "missed_ring_at": None,
    "missed_caller": None,
    "missed_in_row": 0,
    "kept_off_until": None,
}


def unblock() -> int:
    """Unblock the demo accounts; returns how many were blocked."""
    blocked = User.objects.filter(is_demo=True, is_active=False)
    return len([people.unblock(user=user, by=None) for user in blocked])


def block(*, now: datetime) -> int:
    """Block every demo account: no sign-in, no profile, no lease; returns how many were in use."""
    in_use = User.objects.filter(is_demo=True, is_active=True)
    count = len([people.block(user=user, by=None) for user in in_use])
    close_switches(now=now)
    return count


@transaction.atomic(durable=True)
def open_switches(*, now: datetime) -> None:
    """Switch all demo consultants on: in the story nobody can call one who is off or missed a request."""
    _change(_theirs().filter(Q(accepting=False) | MISSED), now, accepting=True)


@transaction.atomic(durable=True)
def close_switches(*, now: datetime) -> None:
    """Switch every demo consultant off, leases too."""
    _change(_theirs().filter(Q(accepting=True) | Q(demo_lease=True)), now, accepting=False, demo_lease=False)


@transaction.atomic(durable=True)
def give_leases(*, books: Books, now: datetime) -> int:
    """Show the consultants marked `free` as free, although they cannot be called; returns their number."""
    free = _theirs().filter(handle__in=[from_name(one.name) for one in books.consultants if one.free])
    lost = free.exclude(demo_lease=True, accepting=True, shown_state=Shown.AVAILABLE)
    _change(lost, now, accepting=True, demo_lease=True, unreachable_since=None)
    return free.count()


def _theirs() -> ProfileQuerySet:
    return ConsultantProfile.objects.filter(user__is_demo=True, status=ProfileStatus.APPROVED)


def _change(rows: ProfileQuerySet, now: datetime, **columns: bool | None) -> None:
    """Set the columns, then the availability that follows from them; the news goes out after the commit."""
    ids = list(rows.values_list("pk", "user_id"))
    chosen = ConsultantProfile.objects.filter(pk__in=[pk for pk, _ in ids])
    chosen.update(accepting_changed_at=now, **ANEW, **columns)
    chosen.update(shown_state=shown_as(now), presence_version=F("presence_version") + 1)
    for _, user_id in ids:
        publish.after_commit(f"c:{user_id}")
