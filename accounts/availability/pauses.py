"""A consultant's short pause: the switch stays on, nobody can call, and the pause ends automatically."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, When

from accounts.availability.expression import shown_as, switch_on
from accounts.availability.reach import settle
from accounts.availability.write import write
from accounts.errors import NothingToPause, PauseUnknown
from accounts.models import ConsultantProfile, User
from marketplace.core import rules
from marketplace.core.time import now

PAUSES = {"short": rules.PAUSE_SHORT_SECONDS, "long": rules.PAUSE_LONG_SECONDS}


def pause(*, user: User, length: str) -> ConsultantProfile:
    """Show this consultant as away for a while (`length` of PAUSES), from now even during a pause.

    Raises PauseUnknown, or NothingToPause while the switch is off or a missed ring keeps them away.
    """
    if length not in PAUSES:
        raise PauseUnknown
    _pause(user, timedelta(seconds=PAUSES[length]))
    return _as_shown(user)


@transaction.atomic(durable=True)
def _pause(user: User, length: timedelta) -> None:
    stamp = now()
    rows = ConsultantProfile.objects.filter(switch_on(stamp), demo_lease=False, missed_ring_at__isnull=True)
    shown = shown_as(stamp, paused=True)
    if not write(rows, user_ids=[user.pk], shown=shown, paused_until=stamp + length):
        raise NothingToPause


def end_pause(*, user: User) -> ConsultantProfile:
    """End the pause early; without a running pause this changes nothing."""
    _end_pause(user, now())
    return _as_shown(user)


@transaction.atomic(durable=True)
def _end_pause(user: User, stamp: datetime) -> None:
    paused = ConsultantProfile.objects.filter(paused_until__isnull=False)
    write(paused, user_ids=[user.pk], shown=shown_as(stamp, paused=False), paused_until=None)


def end_due() -> list[int]:
    """Publish the end of pauses and of kept-off times; returns the people whose time is over.

    The presence agent of every process runs it; whether someone can be called does not wait for it.
    """
    stamp = now()
    over = Q(paused_until__lte=stamp) | Q(kept_off_until__lte=stamp)
    due = ConsultantProfile.objects.filter(over).values_list("user_id", flat=True)
    return [user_id for user_id in due if _end(user_id, over, stamp)]


@transaction.atomic(durable=True)
def _end(user_id: int, over: Q, stamp: datetime) -> bool:
    ended = write(
        ConsultantProfile.objects.filter(over),
        user_ids=[user_id],
        shown=shown_as(stamp),
        paused_until=_if_ahead("paused_until", stamp),
        kept_off_until=_if_ahead("kept_off_until", stamp),
    )
    return bool(ended)


def _if_ahead(column: str, stamp: datetime) -> Case:
    return Case(When(**{f"{column}__gt": stamp, "then": F(column)}), default=None)


def _as_shown(user: User) -> ConsultantProfile:
    """Settle outside the transaction, because it asks Valkey: unreachable people must not return as free."""
    settle(user_ids=[user.pk])
    profile = ConsultantProfile.objects.select_related("user", "missed_caller").filter(user=user).first()
    if profile is None:
        raise NothingToPause
    return profile
