"""Thirty free seconds after the bought time: over and settled, and still there to say goodbye."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from marketplace.core.time import travel
from sessions_app import errors
from sessions_app.calls import attendance, deadlines
from sessions_app.models import Consultation, Engagement
from sessions_app.room.facts import clock_frame, facts_of
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import beat, live, ring
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def nearly_over(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """A live call in its last second."""
    fund(clara, 10_000)
    call = live(clara, conrad, at=NOON)
    Consultation.objects.update(
        client_seen_at=later(899), consultant_seen_at=later(899), witnessed_until=later(899)
    )
    return Consultation.objects.get(pk=call.pk)


@pytest.fixture
def over(nearly_over: Consultation) -> Consultation:
    with travel(later(900)):
        return deadlines.finish_bought_time(consultation_id=nearly_over.pk)


def frame(call: Consultation, who: User, at: float) -> dict:
    return clock_frame(facts_of(consultation=call, user=who, now=later(at)))


def test_who_comes_to_the_goodbye_alone_changes_nothing_that_is_settled(
    nearly_over: Consultation, clara: User
) -> None:
    Consultation.objects.update(client_entered_at=None)
    with travel(later(900)):
        deadlines.finish_bought_time(consultation_id=nearly_over.pk)
    with travel(later(910)):
        entered = attendance.enter(consultation_id=nearly_over.pk, user=clara)

    assert entered.state == State.ENDED
    assert Consultation.objects.get().client_entered_at is None


def test_at_the_end_it_is_over_and_paid(over: Consultation, clara: User) -> None:
    assert (over.state, over.end_reason, over.bill) == (State.ENDED, EndReason.TIME_UP, 2000)
    assert balance(clara.pk).held == 0


def test_the_room_stays_open_for_half_a_minute(over: Consultation) -> None:
    assert over.closes_at == later(930)
    assert over.open_at(later(929.9))
    assert not over.open_at(later(930))


def test_the_page_is_told_when_it_closes(over: Consultation, clara: User) -> None:
    told = frame(over, clara, 910)
    assert (told["state"], told["closes"], told["extend"]) == (
        "ended",
        int(later(930).timestamp() * 1000),
        None,
    )
    assert (told["cost"], told["remaining"]) == (2000, 0)
    assert frame(over, clara, 931)["closes"] is None


@pytest.mark.parametrize("by", ["clara", "conrad"])
def test_only_the_end_of_the_bought_time_has_a_goodbye(
    nearly_over: Consultation, by: str, request: pytest.FixtureRequest
) -> None:
    with travel(later(899.5)):
        ended = attendance.end(consultation_id=nearly_over.pk, user=request.getfixturevalue(by))
    assert ended.closes_at is None
    assert not ended.open_at(later(899.6))


def test_nobody_is_engaged_any_more_and_the_next_one_may_ring(
    over: Consultation, conrad: User, stella: User, fund: Callable[..., None]
) -> None:
    assert not Engagement.objects.exists()
    fund(stella, 5000)
    assert ring(stella, conrad, at=later(905)).state == State.RINGING


def test_a_page_may_come_in_again_to_say_goodbye(over: Consultation, clara: User) -> None:
    with travel(later(929)):
        assert attendance.enter(consultation_id=over.pk, user=clara).state == State.ENDED
    with travel(later(930)), pytest.raises(errors.CallOver):
        attendance.enter(consultation_id=over.pk, user=clara)


def test_beats_of_a_goodbye_cost_nothing(over: Consultation) -> None:
    after = beat(over, at=later(905))
    assert (after.state, after.joint_seconds, after.bill) == (State.ENDED, 900, 2000)


def test_reload_shows_the_goodbye_and_then_the_receipt(
    over: Consultation, clara: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(clara)
    with travel(later(910)):
        assert 'id="goodbye"' in browser.get(over.get_absolute_url()).content.decode()
        assert "Your call is over" in browser.get(over.receipt_url).content.decode()
    with travel(later(930)):
        assert "Your call is over" in browser.get(over.get_absolute_url()).content.decode()


@pytest.mark.parametrize("way_out", ["leave", "end"])
@pytest.mark.parametrize("by", ["clara", "conrad"])
def test_leaving_the_goodbye_leads_to_the_receipt(
    over: Consultation,
    way_out: str,
    by: str,
    request: pytest.FixtureRequest,
    signed_in: Callable[[User], Client],
) -> None:
    browser = signed_in(request.getfixturevalue(by))
    with travel(later(910)):
        answer = browser.post(f"{over.get_absolute_url()}{way_out}/")
    assert answer["Location"] == f"{over.get_absolute_url()}?receipt"
    assert Consultation.objects.get(pk=over.pk).end_reason == EndReason.TIME_UP


@pytest.mark.parametrize("way_out", [attendance.leave, attendance.end])
@pytest.mark.parametrize("moment", [900, 903])
def test_a_press_at_the_end_finds_the_time_used_up_though_no_timer_fired(
    nearly_over: Consultation, conrad: User, way_out: Callable[..., Consultation], moment: float
) -> None:
    with travel(later(moment)):
        ended = way_out(consultation_id=nearly_over.pk, user=conrad)

    assert (ended.state, ended.end_reason) == (State.ENDED, EndReason.TIME_UP)
    assert (ended.joint_seconds, ended.bill) == (900, 2000)
