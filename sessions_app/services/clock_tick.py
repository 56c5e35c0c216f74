"""That the clock runs is itself a row: so an outage can be told from a silence, and staff see the lag."""

from datetime import datetime, timedelta

from django.db import transaction

from marketplace import rules
from sessions_app.models import ClockTick, Consultation
from sessions_app.states import State

OUTAGE = timedelta(seconds=3)  # the loop ticks at least once a second


@transaction.atomic(durable=True)
def start(*, stamp: datetime) -> ClockTick:
    """A loop begins: if none has ticked lately, note the outage and give people time to come back."""
    row, made = ClockTick.objects.get_or_create(pk=1, defaults={"ticked_at": stamp})
    if not made and stamp - row.ticked_at > OUTAGE:
        ClockTick.objects.filter(pk=1).update(outage_from=row.ticked_at, outage_until=stamp)
        grace = stamp + timedelta(seconds=rules.CLOCK_GRACE_SECONDS)
        waiting = Consultation.objects.filter(state=State.INTERRUPTED)
        waiting.filter(return_by__gt=row.ticked_at, return_by__lt=grace).update(return_by=grace)
    return row


@transaction.atomic(durable=True)
def tick(*, stamp: datetime) -> None:
    """The loop ran at `stamp`."""
    ClockTick.objects.filter(pk=1, ticked_at__lt=stamp).update(ticked_at=stamp)
