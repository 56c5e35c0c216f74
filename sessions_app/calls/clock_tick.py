"""The row of the deadline loop, which distinguishes an outage from silence and shows staff the lag."""

from datetime import datetime, timedelta

from django.db import transaction

from marketplace.core import rules
from sessions_app.calls.moves import tell
from sessions_app.calls.outages import NOTICED, return_until
from sessions_app.models import ClockTick, Consultation
from sessions_app.states import State

FROZEN = timedelta(seconds=rules.SILENT_SECONDS)  # after a longer pause, sockets may be gone
HICCUP_SECONDS = 3  # after a shorter one the sockets are open, and pages answer immediately
HICCUP = timedelta(seconds=HICCUP_SECONDS)
GRACE = timedelta(seconds=rules.CLOCK_GRACE_SECONDS)


@transaction.atomic(durable=True)
def tick(*, stamp: datetime, first: bool) -> int:
    """The loop runs at `stamp`; `first`: it has just been started.

    Returns for how many seconds nobody is to be declared lost: 0 unless the clock was away. An outage is
    noted, and those who were connecting or coming back during a long one get time to do so.
    """
    row, made = ClockTick.objects.get_or_create(pk=1, defaults={"ticked_at": stamp})
    away = timedelta() if made else stamp - row.ticked_at
    if away > NOTICED:
        outage_from = began(last=row.ticked_at, before=row.outage_from, until=row.outage_until)
        ClockTick.objects.filter(pk=1).update(outage_from=outage_from, outage_until=stamp)
    ClockTick.objects.filter(pk=1, ticked_at__lt=stamp).update(ticked_at=stamp)
    if away <= NOTICED:
        return 0
    if not first and away <= FROZEN:
        return HICCUP_SECONDS
    wait_for_people(since=row.ticked_at, stamp=stamp)
    return rules.CLOCK_GRACE_SECONDS


def began(*, last: datetime, before: datetime | None, until: datetime | None) -> datetime:
    """When an outage after the sign of life at `last` began; `before`, `until`: the one before it.

    Two outages with no time between them to come back are one.
    """
    return before if before and until and last - until <= GRACE else last


def wait_for_people(*, since: datetime, stamp: datetime) -> None:
    """Nobody could come between `since` and `stamp`: who was coming then gets time to do so.

    Told twice of the same outage, by the clock and by a web process, it moves the same deadlines once.
    """
    for state, deadline in ((State.INTERRUPTED, "return_by"), (State.ACCEPTED, "live_by")):
        for consultation in Consultation.objects.filter(state=state, **{f"{deadline}__gt": since}):
            by = max(stamp + GRACE, _time_to_return(consultation, stamp))
            rows = Consultation.objects.filter(pk=consultation.pk, state=state, **{f"{deadline}__lt": by})
            if rows.update(**{deadline: by}):
                tell(consultation=consultation)


def _time_to_return(consultation: Consultation, at: datetime) -> datetime:
    paused = consultation.interrupted_at
    told = consultation.events.filter(kind="interrupted").last()
    if consultation.state != State.INTERRUPTED or paused is None or told is None:
        return at
    return return_until(consultation=consultation, paused=paused, told=told.at, at=at)
