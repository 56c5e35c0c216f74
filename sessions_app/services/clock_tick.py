"""That the clock runs is itself a row: so an outage can be told from a silence, and staff see the lag."""

from datetime import datetime, timedelta

from django.db import transaction

from marketplace import rules
from sessions_app.models import ClockTick, Consultation
from sessions_app.states import State

RESTARTED = timedelta(seconds=3)  # the loop ticks at least once a second
FROZEN = timedelta(seconds=rules.SILENT_SECONDS)  # a shorter pause of a running loop costs nobody a second


@transaction.atomic(durable=True)
def tick(*, stamp: datetime, first: bool) -> bool:
    """The loop runs at `stamp`; `first`: it has just been started. Returns whether the clock was away.

    An outage is noted, and those who were connecting or coming back get time to do so.
    """
    row, made = ClockTick.objects.get_or_create(pk=1, defaults={"ticked_at": stamp})
    away = not made and stamp - row.ticked_at > (RESTARTED if first else FROZEN)
    if away:
        ClockTick.objects.filter(pk=1).update(outage_from=row.ticked_at, outage_until=stamp)
        _wait_for_people(row.ticked_at, stamp)
    ClockTick.objects.filter(pk=1, ticked_at__lt=stamp).update(ticked_at=stamp)
    return away


def _wait_for_people(since: datetime, stamp: datetime) -> None:
    grace = stamp + timedelta(seconds=rules.CLOCK_GRACE_SECONDS)
    rows = Consultation.objects
    returning = rows.filter(state=State.INTERRUPTED, return_by__gt=since, return_by__lt=grace)
    returning.update(return_by=grace)
    connecting = rows.filter(state=State.ACCEPTED, live_by__gt=since, live_by__lt=grace)
    connecting.update(live_by=grace)
