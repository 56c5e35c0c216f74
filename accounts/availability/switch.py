"""The consultant's switch *Go online*, and when it turns off automatically."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, When

from accounts.availability.expression import ALWAYS, NEVER, shown_as, switch_on
from accounts.availability.reach import settle
from accounts.availability.write import OWN_PAGES, write
from accounts.errors import (
    EmailNotVerified,
    EndNotUsable,
    HoursOver,
    NotAConsultant,
    NotApproved,
    SwitchIsOff,
    SwitchKeptOff,
)
from accounts.hours import closes_today, next_time, zone_for
from accounts.models import ConsultantProfile, ProfileStatus, User
from accounts.models.profile import ProfileQuerySet
from accounts.zones import clock_in_words
from marketplace.core import rules
from marketplace.core.time import now

HOURS = {"1h": 1, "2h": 2}
TODAY, OWN = "today", "own"


@dataclass(frozen=True)
class End:
    """The chosen end: `kind` is a key of HOURS, TODAY, OWN, or anything else for the longest time.

    `own` belongs to OWN: a time of day such as "16:30" in their zone, or minutes such as "45".
    """

    kind: str
    own: str = ""


def set_switch(*, user: User, on: bool, end: End | None = None) -> ConsultantProfile:
    """Turn the switch. Turning it on again (*I am back*) restarts the longest time.

    Without an `end`, a chosen end that is still in the future is kept. Out: the profile as it is shown
    now. Raises NotAConsultant, NotApproved, EmailNotVerified, SwitchKeptOff, EndNotUsable or HoursOver;
    turning it off always works.
    """
    _turn(user, on, end)
    # Outside the transaction, because it asks Valkey: a switch without a socket is shown as away.
    settle(user_ids=[user.pk])
    return ConsultantProfile.objects.select_related("user", "missed_caller").get(user=user)


@transaction.atomic(durable=True)
def _turn(user: User, on: bool, end: End | None) -> None:
    if on:
        _need_ready(user)
    stamp = now()
    until = _moment(end, user, stamp) if on and end else None
    rows = ConsultantProfile.objects.filter(user=user)
    not_kept = Q(kept_off_until__isnull=True) | Q(kept_off_until__lte=stamp)
    free_to = rows.filter(not_kept, status=ProfileStatus.APPROVED) if on else rows
    if not _write(free_to, user.pk, on, stamp, until if end else _kept_end(stamp)):
        profile = rows.first()
        if profile is None or (on and profile.status != ProfileStatus.APPROVED):
            raise NotApproved
        raise SwitchKeptOff(misses=profile.missed_in_row, time=_in_words(profile.kept_off_until, user))


def turn_off(*, user_id: int) -> None:
    """Turn the switch off within the caller's transaction, which makes the person uncallable."""
    _write(ConsultantProfile.objects.filter(accepting=True), user_id, False, now())


@transaction.atomic(durable=True)
def set_end(*, user: User, end: End) -> ConsultantProfile:
    """Choose another end while online, without going off. Raises SwitchIsOff, EndNotUsable or HoursOver."""
    stamp = now()
    until = _moment(end, user, stamp)
    rows = ConsultantProfile.objects.filter(switch_on(stamp), demo_lease=False)
    if not write(
        rows, user_ids=[user.pk], tell=[OWN_PAGES], accepting_until=until, accepting_changed_at=stamp
    ):
        raise SwitchIsOff
    return ConsultantProfile.objects.select_related("user", "missed_caller").get(user=user)


def _need_ready(user: User) -> None:
    # The row is locked until the switch is turned. A concurrent block or role change waits, then sees the
    # switch on and turns it off.
    person = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
    if person is None or not person.gives_help:
        raise NotAConsultant
    if not ConsultantProfile.objects.filter(user=user, status=ProfileStatus.APPROVED).exists():
        raise NotApproved
    if not user.email_verified:
        raise EmailNotVerified


def _moment(end: End, user: User, at: datetime) -> datetime | None:
    """The chosen moment: later than now, at most the longest time ahead; None means the longest time."""
    longest = timedelta(seconds=rules.SWITCH_MAX_SECONDS)
    if end.kind in HOURS:
        return at + min(timedelta(hours=HOURS[end.kind]), longest)
    if end.kind == TODAY:
        return _end_of_today(user, at, longest)
    if end.kind != OWN:
        return None
    chosen = _own_time(end.own.strip(), user, at)
    if chosen is None or not at < chosen <= at + longest:
        raise EndNotUsable(hours=rules.SWITCH_MAX_SECONDS // 3600)
    return chosen


def _end_of_today(user: User, at: datetime, longest: timedelta) -> datetime:
    profile = ConsultantProfile.objects.select_related("user").filter(user=user).first()
    closes = closes_today(profile, at) if profile else None
    if closes is None:
        raise HoursOver
    if closes > at + longest:
        raise EndNotUsable(hours=rules.SWITCH_MAX_SECONDS // 3600)
    return closes


def _own_time(typed: str, user: User, at: datetime) -> datetime | None:
    if typed.isascii() and typed.isdigit() and len(typed) <= 4:
        return at + timedelta(minutes=int(typed))
    clock = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})", typed)
    if clock is None:
        return None
    try:
        return next_time(time(int(clock[1]), int(clock[2])), at, zone_for(user))
    except ValueError:
        return None


def _kept_end(at: datetime) -> Case:
    """The chosen end, if the switch is on and the end is still in the future."""
    ahead = Q(accepting=True, accepting_until__gt=at)
    return Case(When(ahead, then=F("accepting_until")), default=None)


def end_due() -> list[int]:
    """Turn off switches whose time is over or whose person has been gone too long; returns the people.

    The presence agent of every process runs it; `callable_now` does not wait for it.
    """
    moment = now()
    longest = moment - timedelta(seconds=rules.SWITCH_MAX_SECONDS)
    gone = moment - timedelta(seconds=rules.SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS)
    over = (
        Q(accepting_changed_at__lte=longest)
        | Q(accepting_until__lte=moment)
        | Q(unreachable_since__lte=gone, accepting_changed_at__lte=gone)
    )
    due = ConsultantProfile.objects.filter(over, accepting=True, demo_lease=False)
    return [user_id for user_id in due.values_list("user_id", flat=True) if _end(user_id, over, moment)]


@transaction.atomic(durable=True)
def _end(user_id: int, over: Q, moment: datetime) -> bool:
    return bool(_write(ConsultantProfile.objects.filter(over, accepting=True), user_id, False, moment))


def _write(
    rows: ProfileQuerySet, user_id: int, on: bool, moment: datetime, until: datetime | Case | None = None
) -> int:
    on_again: dict[str, Any] = {"kept_off_until": None} if on else {}
    return write(
        rows,
        user_ids=[user_id],
        shown=shown_as(moment, on=ALWAYS if on else NEVER, missed=False, paused=False),
        **on_again,
        accepting=on,
        accepting_changed_at=moment,
        accepting_until=until if on else None,
        paused_until=None,
        missed_ring_at=None,
        missed_caller=None,
    )


def _in_words(moment: datetime | None, user: User) -> str:
    return clock_in_words(moment, user.time_zone) if moment else ""
