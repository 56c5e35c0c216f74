"""Who is away when a call that stands still ends: somebody may be back, and find the other gone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.room.facts import clock_frame, has_moved, room_facts
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import beat, live, lost_before, talk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Fund = Callable[..., None]
NEW_PAGES = {CLIENT: "c11e0002", CONSULTANT: "c0250002"}


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def call(clara: User, conrad: User, fund: Fund) -> Consultation:
    """A live call whose first joint second is noon; 20.00 credits for 15 minutes."""
    fund(clara, 9000)
    return live(clara, conrad, at=NOON)


def there(call: Consultation, *roles: str, since: int, until: int) -> None:
    """These sides' pages were opened anew and answer, but hear nothing of each other."""
    for second in range(since, until + 1, 2):
        beat(call, at=later(second), roles=roles, contact=False, pages=NEW_PAGES)


def stopped(call: Consultation, *, at: float) -> Consultation:
    with travel(later(at)):
        return deadlines.stop_silent(consultation_id=call.pk)


def left(call: Consultation, user: User) -> None:
    """100 s of talk, then this person presses Leave."""
    talk(call, since=NOON, seconds=100)
    with travel(later(101)):
        attendance.leave(consultation_id=call.pk, user=user)


def given_up(call: Consultation, *, at: float = 191) -> Consultation:
    with travel(later(at)):
        return deadlines.give_up_return(consultation_id=call.pk)


@pytest.fixture
def used_free(clara: User, conrad: User) -> None:
    """This client's connection was lost in a short call two days ago: free then, not again this week."""
    lost_before(clara, conrad, at=later(-172_800))


def test_whoever_left_and_is_back_does_not_pay_for_the_other_who_is_gone(
    call: Consultation, clara: User
) -> None:
    left(call, clara)
    there(call, CLIENT, since=111, until=191)

    ended = given_up(call)

    assert (ended.end_reason, ended.bill) == (EndReason.CONSULTANT_LOST, 0)


def test_end_now_by_whoever_left_and_is_back_takes_the_reason_of_the_other_who_is_gone(
    call: Consultation, clara: User
) -> None:
    left(call, clara)
    there(call, CLIENT, since=111, until=121)

    with travel(later(122)):
        ended = attendance.end(consultation_id=call.pk, user=clara)

    assert (ended.end_reason, ended.bill) == (EndReason.CONSULTANT_LOST, 0)


def test_a_consultant_who_left_and_is_back_is_paid_by_a_client_who_is_lost_again(
    used_free: None, call: Consultation, conrad: User
) -> None:
    left(call, conrad)
    there(call, CONSULTANT, since=111, until=191)

    ended = given_up(call)

    assert (ended.end_reason, ended.billable_seconds) == (EndReason.CLIENT_LOST, 180)


def test_whoever_was_lost_and_is_back_has_no_path_and_not_a_loss(used_free: None, call: Consultation) -> None:
    talk(call, since=NOON, seconds=100)
    for second in (102, 104, 106):
        beat(call, at=later(second), roles=(CONSULTANT,))
    assert stopped(call, at=107).interrupted_by == EndReason.CLIENT_LOST
    there(call, CONSULTANT, CLIENT, since=108, until=196)

    ended = given_up(call, at=197)

    assert (ended.end_reason, ended.bill) == (EndReason.NO_PATH, 400)


@pytest.mark.parametrize(("side", "bill"), [(CLIENT, 400), (CONSULTANT, 0)])
def test_whoever_left_and_finds_no_way_back_pays_what_ending_now_would_cost(
    call: Consultation, clara: User, conrad: User, side: str, bill: int
) -> None:
    left(call, {CLIENT: clara, CONSULTANT: conrad}[side])
    there(call, CLIENT, CONSULTANT, since=111, until=191)

    ended = given_up(call)

    assert (ended.end_reason, ended.bill) == (f"{side}_left", bill)


def test_whoever_left_and_is_heard_for_a_moment_comes_back_when_the_other_hears_them(
    call: Consultation, clara: User
) -> None:
    left(call, clara)
    beat(call, at=later(111), roles=(CLIENT,), pages=NEW_PAGES)
    there(call, CLIENT, CONSULTANT, since=113, until=121)

    beat(call, at=later(122), pages=NEW_PAGES)

    call.refresh_from_db()
    assert (call.state, call.interrupted_by) == (State.LIVE, "")


def test_whoever_left_and_goes_again_did_not_return(call: Consultation, clara: User) -> None:
    left(call, clara)
    there(call, CLIENT, since=111, until=121)
    there(call, CONSULTANT, since=102, until=191)

    ended = given_up(call)

    assert (ended.end_reason, ended.billable_seconds) == (EndReason.CLIENT_LEFT, 180)


def test_the_last_answer_of_the_page_that_left_is_no_return(
    call: Consultation, clara: User, conrad: User
) -> None:
    left(call, clara)
    beat(call, at=later(102), contact=False)

    with travel(later(103)):
        ended = attendance.end(consultation_id=call.pk, user=conrad)

    assert (ended.end_reason, ended.billable_seconds) == (EndReason.CLIENT_LEFT, 180)


def seen_by(call: Consultation, user: User, *, at: float) -> dict[str, object]:
    with travel(later(at)):
        facts = room_facts(consultation_id=call.pk, user=user)
    assert facts
    return clock_frame(facts)


def test_who_is_back_is_told_who_is_missing_and_what_ending_now_costs(
    call: Consultation, clara: User
) -> None:
    left(call, clara)
    before = seen_by(call, clara, at=105)
    there(call, CLIENT, since=111, until=121)

    after = seen_by(call, clara, at=122)

    assert has_moved(since=Consultation.objects.get(pk=call.pk)), "the safety poll tells it"
    assert (before["note"], before["cost"]) == ("You left the call. Clock stopped at 1:41.", 400)
    assert (after["note"], after["cost"]) == ("Conrad lost connection. Clock stopped at 1:41.", 0)


@pytest.mark.parametrize(("who_left", "costs", "earns"), [(CONSULTANT, 0, 0), (CLIENT, 400, 320)])
def test_the_sum_on_the_page_is_what_ending_now_costs(
    call: Consultation, clara: User, conrad: User, who_left: str, costs: int, earns: int
) -> None:
    left(call, {CLIENT: clara, CONSULTANT: conrad}[who_left])
    other = {CLIENT: conrad, CONSULTANT: clara}[who_left]
    shown = [seen_by(call, user, at=110)["cost"] for user in (clara, conrad)]

    with travel(later(110)):
        ended = attendance.end(consultation_id=call.pk, user=other)

    assert shown == [costs, earns] == [ended.bill, ended.payout]
