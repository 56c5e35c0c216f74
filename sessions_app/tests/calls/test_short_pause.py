"""A server that hung for a few seconds: shorter than a silence, but beats come only every two seconds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, clock_tick
from sessions_app.clock import DeadlineLoop
from sessions_app.models import ClockTick, Consultation
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import beat, live, talk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Site:
    """A deadline loop that has been running for a while, at moments after noon."""

    def __init__(self) -> None:
        self.moment = -60.0
        self.loop = DeadlineLoop(lambda: self.moment)

    def tick(self, at: float) -> None:
        self.moment = at
        with travel(later(at)):
            self.loop.tick()


@pytest.fixture
def site(clara: User, conrad: User, fund: Callable[..., None]) -> Site:
    """A call that went on for 200 s; the last beats came 1.9 s before the server hung from 201.9 to 207."""
    fund(clara, 5000)
    call = live(clara, conrad, at=NOON)
    site = Site()
    talk(call, since=NOON, seconds=200)
    site.tick(201.9)
    site.tick(207)
    return site


def test_a_hang_of_five_seconds_costs_nobody_a_second(site: Site, clara: User) -> None:
    call = beat(Consultation.objects.get(), at=later(207.1))
    site.tick(208)

    talk(call, since=later(209), seconds=91)
    with travel(later(300)):
        ended = attendance.end(consultation_id=call.pk, user=clara)

    assert (ended.joint_seconds, ended.intervals.count()) == (300, 1)


def test_who_does_not_come_back_after_a_hang_is_noticed_soon(site: Site) -> None:
    assert Consultation.objects.get().state == State.LIVE

    site.tick(208.6)
    site.tick(210.1)

    stopped = Consultation.objects.get()
    assert (stopped.state, stopped.interrupted_by) == (State.INTERRUPTED, EndReason.SERVER_LOST)
    assert stopped.intervals.get().ended_at == later(200)


@pytest.mark.django_db
def test_a_pause_right_after_an_outage_belongs_to_it() -> None:
    ClockTick.objects.create(ticked_at=NOON)
    clock_tick.tick(stamp=later(20), first=True)

    clock_tick.tick(stamp=later(24), first=False)

    tick = ClockTick.objects.get()
    assert (tick.outage_from, tick.outage_until) == (NOON, later(24))
