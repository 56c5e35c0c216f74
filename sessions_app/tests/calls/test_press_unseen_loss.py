"""What a press means while a side is lost and nobody has said so yet, and beats at the very end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, clock_tick, deadlines
from sessions_app.models import ClockTick, Consultation
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import beat, live, talk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Fund = Callable[..., None]


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def server_away(start: float, end: float) -> None:
    ClockTick.objects.create(ticked_at=later(start))
    clock_tick.tick(stamp=later(end), first=True)


@pytest.fixture
def call(clara: User, conrad: User, fund: Fund) -> Consultation:
    """A live call whose first joint second is noon; 20.00 credits for 15 minutes."""
    fund(clara, 5000)
    return live(clara, conrad, at=NOON)


def test_ending_just_after_our_outage_is_not_the_client_ending_it_early(
    call: Consultation, clara: User
) -> None:
    talk(call, since=NOON, seconds=100)
    server_away(101, 112)
    beat(call, at=later(113), roles=("client",))

    with travel(later(115)):
        ended = attendance.end(consultation_id=call.pk, user=clara)

    assert (ended.end_reason, ended.joint_seconds, ended.bill) == (EndReason.SERVER_LOST, 100, 0)


def test_ending_before_the_loss_of_the_other_was_noticed_takes_its_reason(
    call: Consultation, clara: User
) -> None:
    talk(call, since=NOON, seconds=100)
    for second in (102, 104, 106):
        beat(call, at=later(second), roles=("client",))

    with travel(later(106.5)):
        ended = attendance.end(consultation_id=call.pk, user=clara)

    assert (ended.end_reason, ended.bill) == (EndReason.CONSULTANT_LOST, 0)


def test_leaving_before_the_loss_of_the_other_was_noticed_is_not_the_cause_of_it(
    call: Consultation, clara: User
) -> None:
    talk(call, since=NOON, seconds=100)
    for second in (102, 104, 106):
        beat(call, at=later(second), roles=("client",))

    with travel(later(106.5)):
        left = attendance.leave(consultation_id=call.pk, user=clara)

    assert (left.state, left.interrupted_by) == (State.INTERRUPTED, EndReason.CONSULTANT_LOST)
    assert left.intervals.get().ended_at == later(100)


def test_beats_after_the_end_of_the_bought_time_interrupt_nothing(call: Consultation) -> None:
    talk(call, since=NOON, seconds=912)  # just after a start the clock waits before it ends a call

    waiting = Consultation.objects.get()
    assert (waiting.state, waiting.ends_at) == (State.LIVE, later(900))
    with travel(later(914)):
        ended = deadlines.finish_bought_time(consultation_id=call.pk)
    assert (ended.end_reason, ended.joint_seconds) == (EndReason.TIME_UP, 900)
    assert not ended.events.filter(kind="interrupted").exists()
