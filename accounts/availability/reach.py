"""Keeps the states that the directory shows in line with presence."""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from accounts.availability.expression import shown_as
from accounts.availability.leases import keep_polled, known_live
from accounts.availability.write import write
from accounts.models import ConsultantProfile, Shown
from marketplace.core.time import now
from marketplace.core.valkey import AWAY

log = logging.getLogger(__name__)

ROUNDS = 5
AT_ONCE = 500


def settle(*, user_ids: Sequence[int]) -> list[int] | None:
    """Write the leases of these people into their profiles; returns the people whose profile changed.

    Each write is guarded by the version it was decided on, and then checked again, so that when two
    processes see a person come and go, the latest check wins. While the leases cannot be trusted, the
    remaining profiles stay unchanged and the answer is None: try again later.
    """
    touched: set[int] = set()
    for start in range(0, len(user_ids), AT_ONCE):
        changed = _settle_some(user_ids[start : start + AT_ONCE])
        if changed is None:
            return None
        touched |= changed
    return sorted(touched)


def _settle_some(user_ids: Sequence[int]) -> set[int] | None:
    touched: set[int] = set()
    for _ in range(ROUNDS):
        wrong = _out_of_line(user_ids)
        if wrong is None:
            return None
        touched |= {user_id for user_id, version, live in wrong if _write(user_id, version, live)}
        if not wrong:
            break
    return touched


def polled(user_id: int) -> None:
    """Note a poll by one of this person's pages: a page that polls every 15 s rings without a socket."""
    row = ConsultantProfile.objects.filter(user_id=user_id, accepting=True)
    known = row.values_list("unreachable_since").first()
    if known is None:
        return
    try:
        fresh = keep_polled(user_id)
    except AWAY as problem:
        log.warning("presence leases not updated", extra={"fields": {"problem": type(problem).__name__}})
        return
    if fresh or known != (None,):  # the change may have been lost while the leases were not trusted
        settle(user_ids=[user_id])


def shown_as_something() -> list[int]:
    """Everybody who is, or may have to be, shown as something other than offline."""
    something = Q(accepting=True) | Q(demo_lease=True) | ~Q(shown_state=Shown.OFFLINE)
    rows = ConsultantProfile.objects.filter(something)
    return list(rows.order_by("user_id").values_list("user_id", flat=True))


def _out_of_line(user_ids: Sequence[int]) -> list[tuple[int, int, bool]] | None:
    moment = now()
    rows = (
        ConsultantProfile.objects.filter(user_id__in=user_ids)
        .annotate(if_there=shown_as(moment, reachable=True), if_gone=shown_as(moment, reachable=False))
        .values_list("user_id", "presence_version", "unreachable_since", "shown_state", "if_there", "if_gone")
    )
    read = list(rows)
    live = known_live([row[0] for row in read])
    if live is None:
        return None
    return [
        (user_id, version, user_id in live)
        for user_id, version, since, shown, if_there, if_gone in read
        if (since is None) != (user_id in live) or shown != (if_there if user_id in live else if_gone)
    ]


@transaction.atomic(durable=True)
def _write(user_id: int, version: int, live: bool) -> bool:
    moment = now()
    changed = write(
        ConsultantProfile.objects.filter(presence_version=version),
        user_ids=[user_id],
        shown=shown_as(moment, reachable=live),
        unreachable_since=None if live else Coalesce("unreachable_since", Value(moment)),
    )
    return bool(changed)
