"""The consultant's switch *Go online*."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.errors import EmailNotVerified, NotApproved
from accounts.models import ConsultantProfile, ProfileStatus, User
from accounts.models.profile import ProfileQuerySet
from accounts.services.reach import settle
from accounts.shown import ALWAYS, NEVER, shown_as
from marketplace import rules
from marketplace.live import publish
from marketplace.time import now


def set_switch(*, user: User, on: bool) -> ConsultantProfile:
    """Turn the switch; turning it on again starts the longest time afresh, and says "I am back".

    Out: the profile as it is shown now. Raises NotApproved or EmailNotVerified; off always works.
    """
    profile = _turn(user, on)
    # Outside the transaction, because it asks Valkey: a switch without a socket is shown as away.
    if settle(user_ids=[user.pk]):
        profile.refresh_from_db()
    return profile


@transaction.atomic(durable=True)
def _turn(user: User, on: bool) -> ConsultantProfile:
    if on:
        _need_ready(user)
    rows = ConsultantProfile.objects.filter(user=user)
    _write(rows, on, now())
    profile = rows.select_related("user", "missed_caller").first()
    if profile is None:
        raise NotApproved
    _tell(user.pk)
    return profile


def _need_ready(user: User) -> None:
    if not ConsultantProfile.objects.filter(user=user, status=ProfileStatus.APPROVED).exists():
        raise NotApproved
    if not user.email_verified:
        raise EmailNotVerified


def end_due() -> list[int]:
    """End the switches that are on for too long or whose person is gone for too long; returns whose.

    Served by the presence agent of every process; `callable_now` does not wait for it.
    """
    moment = now()
    longest = moment - timedelta(seconds=rules.SWITCH_MAX_SECONDS)
    gone = moment - timedelta(seconds=rules.SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS)
    over = Q(accepting_changed_at__lte=longest) | Q(
        unreachable_since__lte=gone, accepting_changed_at__lte=gone
    )
    due = ConsultantProfile.objects.filter(over, accepting=True, demo_lease=False)
    return [user_id for user_id in due.values_list("user_id", flat=True) if _end(user_id, over, moment)]


@transaction.atomic(durable=True)
def _end(user_id: int, over: Q, moment: datetime) -> bool:
    ended = _write(ConsultantProfile.objects.filter(over, user_id=user_id, accepting=True), False, moment)
    if ended:
        _tell(user_id)
    return bool(ended)


def _write(rows: ProfileQuerySet, on: bool, moment: datetime) -> int:
    return rows.update(
        accepting=on,
        accepting_changed_at=moment,
        missed_ring_at=None,
        missed_caller=None,
        presence_version=F("presence_version") + 1,
        shown_state=shown_as(moment, on=ALWAYS if on else NEVER, missed=False),
    )


def _tell(user_id: int) -> None:
    publish.after_commit(f"c:{user_id}")
    publish.after_commit(f"u:{user_id}")
