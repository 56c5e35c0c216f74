"""Who is in a consultation right now or missed one; told by whoever moves a consultation."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from accounts.models import ConsultantProfile
from accounts.models.profile import ProfileQuerySet
from accounts.shown import shown_as
from marketplace.live import publish
from marketplace.time import now


def set_engaged(*, person_ids: Sequence[int], until: datetime) -> None:
    """Show these people as busy until about then; `until` is for words, the end comes by `clear_engaged`.

    In: accounts, consultants or not. Inside the caller's transaction; the news goes out after its commit.
    """
    _profiles(person_ids).update(
        engaged_until=until,
        presence_version=F("presence_version") + 1,
        shown_state=shown_as(now(), engaged=True),
    )
    _tell(person_ids)


def clear_engaged(*, person_ids: Sequence[int], talked: bool = False) -> None:
    """Show these people as they are without the consultation; `talked` counts one more talk for each."""
    _profiles(person_ids).update(
        engaged_until=None,
        presence_version=F("presence_version") + 1,
        shown_state=shown_as(now(), engaged=False),
        talks_count=F("talks_count") + (1 if talked else 0),
    )
    _tell(person_ids)


def missed_ring(*, user_id: int, caller_id: int, at: datetime) -> bool:
    """Show this consultant as away until they press the switch: a request rang on their screen in vain.

    Out: whether that is so now; not if the switch went off meanwhile, and never for a demo lease.
    Inside the caller's transaction, before its ledger lines; the news goes out after its commit.
    """
    waiting = _profiles([user_id]).filter(accepting=True, demo_lease=False)
    set_away = waiting.update(
        missed_ring_at=at,
        missed_caller=caller_id,
        presence_version=F("presence_version") + 1,
        shown_state=shown_as(at, missed=True),
    )
    if set_away:
        _tell([user_id])
        publish.after_commit(f"u:{user_id}")
    return bool(set_away)


def _profiles(person_ids: Sequence[int]) -> ProfileQuerySet:
    return ConsultantProfile.objects.filter(user_id__in=person_ids)


def _tell(person_ids: Sequence[int]) -> None:
    for person_id in person_ids:
        publish.after_commit(f"c:{person_id}")
