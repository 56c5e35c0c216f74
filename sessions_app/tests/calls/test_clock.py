"""The deadline loop: it moves what is due, once, and nothing depends on it."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core import rules, valkey
from marketplace.core.time import travel
from marketplace.live import publish
from sessions_app import clock
from sessions_app.errors import RequestOver
from sessions_app.models import ClockTick, Consultation
from sessions_app.requests import place as requests
from sessions_app.states import State
from sessions_app.tests.stage import accepted, live, ring, talk
from tests.support import cast
from tests.support.sockets import until
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Fund = Callable[..., None]


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class FakeMonotonic:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def moment() -> FakeMonotonic:
    return FakeMonotonic()


@pytest.fixture
def loop(moment: FakeMonotonic) -> clock.DeadlineLoop:
    """A loop that has been running for a while."""
    running = clock.DeadlineLoop(moment)
    moment.seconds = rules.CLOCK_GRACE_SECONDS + 1
    return running


def test_a_request_nobody_answers_expires_and_gives_the_money_back(
    clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop
) -> None:
    fund(clara, 5000)
    ring(clara, conrad, at=NOON)
    with travel(later(61)):
        loop.tick()

    assert Consultation.objects.get().state == State.EXPIRED
    assert balance(clara.pk).available == 5000


def test_a_call_that_does_not_connect_fails(
    clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop
) -> None:
    fund(clara, 5000)
    accepted(clara, conrad, at=NOON)
    with travel(later(121)):
        loop.tick()

    assert Consultation.objects.get().state == State.FAILED


def test_a_loop_that_has_just_started_declares_nobody_lost(
    clara: User, conrad: User, fund: Fund, moment: FakeMonotonic
) -> None:
    fund(clara, 5000)
    talk(live(clara, conrad, at=NOON), since=NOON, seconds=60)
    starting = clock.DeadlineLoop(moment)

    with travel(later(80)):
        starting.tick()
        assert Consultation.objects.get().state == State.LIVE
        moment.seconds = rules.CLOCK_GRACE_SECONDS
        starting.tick()
        assert Consultation.objects.get().state == State.INTERRUPTED


def test_a_silent_call_is_interrupted_and_then_ended(
    clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop
) -> None:
    fund(clara, 5000)
    talk(live(clara, conrad, at=NOON), since=NOON, seconds=450)
    for second in range(450, 552, 2):
        with travel(later(second)):
            loop.tick()

    assert (Consultation.objects.get().state, Consultation.objects.get().bill) == (State.ENDED, 1000)


def test_the_bought_time_runs_out(clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop) -> None:
    fund(clara, 5000)
    talk(live(clara, conrad, at=NOON), since=NOON, seconds=900)
    with travel(later(901)):
        loop.tick()

    assert Consultation.objects.get().bill == 2000


def test_one_row_that_fails_does_not_stop_the_others(
    clara: User,
    conrad: User,
    fund: Fund,
    loop: clock.DeadlineLoop,
    moment: FakeMonotonic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fund(clara, 5000)
    ring(clara, conrad, at=NOON)
    honest = requests.expire

    def broken(**_: object) -> Consultation:
        raise RuntimeError

    with travel(later(61)):
        monkeypatch.setattr(clock.requests, "expire", broken)
        loop.tick()
        monkeypatch.setattr(clock.requests, "expire", honest)
        loop.tick()
        assert Consultation.objects.get().state == State.RINGING
        moment.seconds += clock.PUSHED_BACK
        loop.tick()

    assert Consultation.objects.get().state == State.EXPIRED


def test_rows_come_in_the_order_of_their_time(
    fund: Fund, loop: clock.DeadlineLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More are due than one tick serves; the call that has waited longest was made last."""
    monkeypatch.setattr(clock, "BATCH", 1)
    calls = [ring_of(number, at=later(-number), fund=fund) for number in range(3)]
    with travel(later(61)):
        for served in (2, 1, 0):
            loop.tick()
            calls[served].refresh_from_db()
            assert calls[served].state == State.EXPIRED
            assert Consultation.objects.filter(state=State.RINGING).count() == served


def test_rows_that_are_refused_again_and_again_hold_nobody_else_up(
    fund: Fund, loop: clock.DeadlineLoop, moment: FakeMonotonic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "BATCH", 2)
    refused = [ring_of(number, at=later(-9), fund=fund).pk for number in range(4)]
    last = ring_of(4, at=NOON, fund=fund)
    expire = RefusesSome(refused)
    monkeypatch.setattr(clock.requests, "expire", expire)
    with travel(later(61)):
        for _ in range(3):
            loop.tick()
        last.refresh_from_db()
        assert last.state == State.EXPIRED
        assert sorted(expire.asked) == sorted([*refused, last.pk])  # once each, so far

        moment.seconds += clock.REFUSED_BACK
        loop.tick()
        assert len(expire.asked) == 7  # and now again


def test_how_many_rows_are_set_aside_is_bounded(
    fund: Fund, loop: clock.DeadlineLoop, moment: FakeMonotonic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "MOST_ASIDE", 2)
    refused = [ring_of(number, at=later(-number), fund=fund).pk for number in range(3)]
    monkeypatch.setattr(clock.requests, "expire", RefusesSome(refused))
    with travel(later(61)):
        loop.tick()
        assert len(loop._aside) == 2
        moment.seconds += clock.REFUSED_BACK
        monkeypatch.undo()
        loop.tick()

    assert not loop._aside
    assert not Consultation.objects.filter(state=State.RINGING).exists()


def test_a_row_refused_for_one_deadline_is_served_for_another_in_the_same_tick(
    clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silent since four seconds before its end: that is no interruption, the time is up."""
    monkeypatch.setattr(rules, "BOUGHT_SECONDS", 60)
    fund(clara, 5000)
    talk(live(clara, conrad, at=NOON), since=NOON, seconds=56)
    with travel(later(64)):
        loop.tick()

    assert Consultation.objects.get().state == State.ENDED


class RefusesSome:
    """The service, which finds for these calls that something else must come first."""

    def __init__(self, refused: list[uuid.UUID]) -> None:
        self.refused = refused
        self.asked: list[uuid.UUID] = []
        self.honest = requests.expire

    def __call__(self, *, consultation_id: uuid.UUID) -> Consultation:
        self.asked.append(consultation_id)
        if consultation_id in self.refused:
            raise RequestOver
        return self.honest(consultation_id=consultation_id)


def ring_of(number: int, *, at: datetime, fund: Fund) -> Consultation:
    """A request between two people who do nothing else."""
    asks, helps = cast.person(f"client{number}"), cast.consultant(f"consultant{number}")
    fund(asks, 5000)
    return ring(asks, helps, at=at)


def test_it_sleeps_until_the_next_deadline_and_never_longer_than_a_second(
    clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop
) -> None:
    fund(clara, 5000)
    with travel(NOON):
        assert loop.tick() == clock.LONGEST_SLEEP
    ring(clara, conrad, at=NOON)
    with travel(later(59.7)):
        assert loop.tick() == pytest.approx(0.3)
    with travel(later(10)):
        assert loop.tick() == clock.LONGEST_SLEEP


@pytest.mark.django_db
def test_a_gap_between_ticks_is_remembered_as_an_outage(moment: FakeMonotonic) -> None:
    ClockTick.objects.create(ticked_at=NOON)

    with travel(later(30)):
        clock.DeadlineLoop(moment).tick()

    tick = ClockTick.objects.get()
    assert (tick.outage_from, tick.outage_until, tick.ticked_at) == (NOON, later(30), later(30))


def test_a_loop_that_was_frozen_declares_nobody_lost_at_once(
    clara: User, conrad: User, fund: Fund, loop: clock.DeadlineLoop, moment: FakeMonotonic
) -> None:
    fund(clara, 5000)
    talk(live(clara, conrad, at=NOON), since=NOON, seconds=60)
    with travel(later(60)):
        loop.tick()
    moment.seconds += 9

    with travel(later(69)):
        loop.tick()

    assert Consultation.objects.get().state == State.LIVE
    assert (ClockTick.objects.get().outage_from, ClockTick.objects.get().outage_until) == (
        later(60),
        later(69),
    )


@pytest.mark.django_db(transaction=True)
async def test_a_clock_without_a_hub_catches_up_what_it_could_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A publish was cut off while an expiry was served; nothing else happens that night."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(valkey, "quick", lambda: FakeValkey(told))
    monkeypatch.setattr(publish, "_some_lost", True)
    publish._breaker.close()
    stop = asyncio.Event()
    running = asyncio.create_task(clock.run_clock(stop))

    assert await until(lambda: told)
    stop.set()
    await running

    assert told == [(publish.channel_name(), publish.EVERYTHING)]
    assert not publish.some_lost()


class FakeValkey:
    def __init__(self, told: list[tuple[str, str]]) -> None:
        self.told = told

    def publish(self, channel: str, topic: str) -> None:
        self.told.append((channel, topic))
