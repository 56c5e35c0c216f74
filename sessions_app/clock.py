"""The deadline loop: it only moves what is due. Correctness never depends on it; any number may run.

Deadlines are columns. The loop sleeps until the next one, at most a second, so a deadline made
meanwhile is never missed by more than that, and no notification is needed (docs/decisions/).
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from channels.db import database_sync_to_async
from django.db.models import Case, DateTimeField, Min, QuerySet, When

from marketplace.core import rules
from marketplace.core.errors import DomainError
from marketplace.core.time import now
from marketplace.live import publish
from sessions_app.calls import clock_tick, deadlines, web_processes
from sessions_app.calls.intervals import SILENT
from sessions_app.chores import run_chores
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.states import State

log = logging.getLogger(__name__)
Service = Callable[..., Consultation]
BATCH = 100
LONGEST_SLEEP = 1.0
PUSHED_BACK = 5.0  # a row whose service failed
REFUSED_BACK = 1.0  # a row whose service refused: it waits for another deadline, or for an outage to end
MOST_ASIDE = 10_000
DEADLINE = Case(
    When(state=State.RINGING, then="expires_at"),
    When(state=State.ACCEPTED, then="live_by"),
    When(state=State.LIVE, then="ends_at"),
    When(state=State.INTERRUPTED, then="return_by"),
    output_field=DateTimeField(),
)


class DeadlineLoop:
    """Serves the deadlines of all consultations.

    In its first seconds, and after it was frozen, it declares nobody lost and no call over, so that
    pages can come back. Rows come in the order of their time; one whose service failed or refused is set
    aside for a moment, so that however many of them hold nobody else up.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._patient_until = monotonic() + rules.CLOCK_GRACE_SECONDS
        self._aside: dict[tuple[str, uuid.UUID], float] = {}  # deadline and row, until when
        self._started = False

    def tick(self) -> float:
        """Serve what is due; returns the seconds to sleep."""
        stamp = now()
        patience = clock_tick.tick(stamp=stamp, first=not self._started)
        self._patient_until = max(self._patient_until, self._monotonic() + patience)
        self._started = True
        for deadline, rows, service in self._due(stamp):
            self._serve(deadline, rows, service)
        return self._until_next(stamp)

    def _due(self, stamp: datetime) -> Iterable[tuple[str, QuerySet[Consultation], Service]]:
        """The column of each deadline, the rows for which it is over, and what serves them."""
        rows = Consultation.objects
        yield "expires_at", rows.filter(state=State.RINGING, expires_at__lte=stamp), requests.expire
        if web_processes.all_silent(at=stamp):
            return  # the first that is back gives everybody time
        yield "live_by", rows.filter(state=State.ACCEPTED, live_by__lte=stamp), deadlines.fail_unconnected
        if self._monotonic() < self._patient_until:
            return
        live = rows.filter(state=State.LIVE)
        yield "witnessed_until", live.filter(witnessed_until__lt=stamp - SILENT), deadlines.stop_silent
        yield "ends_at", live.filter(ends_at__lte=stamp), deadlines.finish_bought_time
        yield (
            "return_by",
            rows.filter(state=State.INTERRUPTED, return_by__lte=stamp),
            deadlines.give_up_return,
        )

    def _serve(self, deadline: str, rows: QuerySet[Consultation], service: Service) -> None:
        moment = self._monotonic()
        self._aside = {row: until for row, until in self._aside.items() if until > moment}
        aside = [pk for column, pk in self._aside if column == deadline]
        due = rows.exclude(pk__in=aside).order_by(deadline, "pk").values_list("pk", flat=True)
        for pk in due[:BATCH]:
            try:
                service(consultation_id=pk)
            except DomainError:  # another process was faster, or another deadline of this row comes first
                self._set_aside(deadline, pk, until=moment + REFUSED_BACK)
            except Exception:
                self._set_aside(deadline, pk, until=moment + PUSHED_BACK)
                log.exception("deadline not served", extra={"fields": {"consultation": pk}})

    def _set_aside(self, deadline: str, pk: uuid.UUID, *, until: float) -> None:
        while len(self._aside) >= MOST_ASIDE:
            del self._aside[next(iter(self._aside))]  # the row that has waited longest
        self._aside[deadline, pk] = until

    def _until_next(self, stamp: datetime) -> float:
        """Seconds to the next deadline, between 20 ms and a second."""
        rows = Consultation.objects.open().aggregate(at=Min(DEADLINE))
        soonest = rows["at"]
        if soonest is None or soonest <= stamp:
            return LONGEST_SLEEP if soonest is None else 0.1
        ahead: float = (soonest - stamp) / timedelta(seconds=1)
        return max(0.02, min(LONGEST_SLEEP, ahead))


async def run_clock(stop: asyncio.Event) -> None:
    """Run the loop until `stop` is set; a database that is away is logged and tried again."""
    loop = DeadlineLoop()
    chores = asyncio.create_task(run_chores(stop))
    while not stop.is_set():
        try:
            pause = await database_sync_to_async(loop.tick, thread_sensitive=False)()
        except Exception:
            log.exception("clock tick failed")
            pause = LONGEST_SLEEP
        if publish.some_lost():  # a clock of its own has no hub that would catch up
            await asyncio.to_thread(publish.catch_up)
        try:
            await asyncio.wait_for(stop.wait(), timeout=pause)
        except TimeoutError:
            continue
    chores.cancel()
