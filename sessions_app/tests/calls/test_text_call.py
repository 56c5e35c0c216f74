"""Going on in text: agreed by both, witnessed by the pages' answers alone, billed like any call."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from marketplace.core.time import travel
from sessions_app import errors
from sessions_app.calls import attendance, deadlines
from sessions_app.calls.text_mode import agree_text, decline_text
from sessions_app.models import Consultation, Event
from sessions_app.room.facts import clock_frame, facts_of
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import accepted, beat, live, talk
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Fund = Callable[..., None]


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def waiting(clara: User, conrad: User, fund: Fund) -> Consultation:
    """Both are in the room since noon and no path for video was found."""
    fund(clara, 5000)
    return accepted(clara, conrad, at=NOON)


def agree(call: Consultation, *people: User, at: float) -> Consultation:
    with travel(later(at)):
        for who in people:
            call = agree_text(consultation_id=call.pk, user=who)
    return call


def text_of(call: Consultation, who: User) -> dict[str, bool]:
    fresh = Consultation.objects.get(pk=call.pk)
    found: dict[str, bool] = clock_frame(facts_of(consultation=fresh, user=who, now=later(5)))["text"]
    return found


def alone(call: Consultation, at: float, roles: tuple[str, ...] = ("client", "consultant")) -> Consultation:
    """The pages answer, and hear nothing of each other."""
    return beat(call, at=later(at), contact=False, unbroken=False, roles=roles)


def write_for(call: Consultation, *, since: int, seconds: int) -> None:
    for second in range(since, since + seconds + 1, 2):
        alone(call, second)


class TestAgreement:
    def test_one_press_asks_and_changes_nothing(
        self, waiting: Consultation, clara: User, conrad: User
    ) -> None:
        asked = agree(waiting, clara, at=1)

        assert asked.mode == "video"
        assert text_of(waiting, clara) == {"mine": True, "theirs": False, "no": False}
        assert text_of(waiting, conrad) == {"mine": False, "theirs": True, "no": False}
        assert alone(waiting, 3).state == State.ACCEPTED

    def test_both_presses_make_it_a_text_call(self, waiting: Consultation, clara: User, conrad: User) -> None:
        agreed = agree(waiting, conrad, clara, at=1)

        assert agreed.mode == "text"
        kinds = Event.objects.filter(kind__startswith="text").values_list("kind", flat=True)
        assert list(kinds) == ["text_pressed", "text_pressed", "text_agreed"]

    def test_pressing_twice_is_no_agreement(self, waiting: Consultation, clara: User) -> None:
        assert agree(waiting, clara, clara, at=1).mode == "video"
        assert Event.objects.filter(kind="text_pressed").count() == 1

    def test_not_now_is_told_to_the_one_who_asked_and_they_may_ask_again(
        self, waiting: Consultation, clara: User, conrad: User
    ) -> None:
        agree(waiting, clara, at=1)
        with travel(later(2)):
            decline_text(consultation_id=waiting.pk, user=conrad)

        assert text_of(waiting, clara) == {"mine": False, "theirs": False, "no": True}
        assert text_of(waiting, conrad) == {"mine": False, "theirs": False, "no": False}
        agree(waiting, clara, at=3)
        assert text_of(waiting, clara) == {"mine": True, "theirs": False, "no": False}

    def test_taking_it_back_is_no_refusal(self, waiting: Consultation, clara: User, conrad: User) -> None:
        agree(waiting, clara, at=1)
        with travel(later(2)):
            decline_text(consultation_id=waiting.pk, user=clara)

        assert text_of(waiting, conrad) == {"mine": False, "theirs": False, "no": False}
        assert agree(waiting, conrad, at=3).mode == "video"

    def test_not_now_after_both_agreed_changes_nothing(
        self, waiting: Consultation, clara: User, conrad: User
    ) -> None:
        agree(waiting, clara, conrad, at=1)
        with travel(later(2)):
            assert decline_text(consultation_id=waiting.pk, user=conrad).mode == "text"

    def test_a_stranger_finds_nothing_to_press(
        self, waiting: Consultation, stella: User, signed_in: Callable[[User], Client]
    ) -> None:
        for path in ("text/", "text/no/"):
            assert signed_in(stella).post(waiting.get_absolute_url() + path).status_code == 404

    def test_over_is_over(self, waiting: Consultation, clara: User) -> None:
        with travel(later(120)):
            deadlines.fail_unconnected(consultation_id=waiting.pk)
        with pytest.raises(errors.CallOver):
            agree(waiting, clara, at=121)


class TestWitness:
    def test_answers_alone_start_the_clock(self, waiting: Consultation, clara: User, conrad: User) -> None:
        agree(waiting, clara, conrad, at=1)

        started = alone(waiting, 3)

        assert (started.state, started.live_at) == (State.LIVE, later(3))

    def test_one_page_alone_does_not(self, waiting: Consultation, clara: User, conrad: User) -> None:
        agree(waiting, clara, conrad, at=1)
        assert alone(waiting, 3, roles=("client",)).state == State.ACCEPTED

    def test_without_agreement_answers_alone_never_count(self, waiting: Consultation) -> None:
        assert alone(waiting, 3).state == State.ACCEPTED

    def test_a_call_goes_over_into_text_without_a_gap(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, 5000)
        call = live(clara, conrad, at=NOON)
        talk(call, since=NOON, seconds=10)
        agree(call, clara, conrad, at=11)
        write_for(call, since=12, seconds=20)

        standing = Consultation.objects.get()
        assert (standing.state, standing.witnessed_until) == (State.LIVE, later(32))
        assert standing.intervals.count() == 1

    def test_an_interrupted_call_comes_back_in_text(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, 5000)
        call = live(clara, conrad, at=NOON)
        for second in (2, 4, 6, 8):
            alone(call, second)
        with travel(later(9)):
            deadlines.stop_silent(consultation_id=call.pk)

        agree(call, conrad, clara, at=20)
        back = alone(call, 22)

        assert (back.state, back.mode) == (State.LIVE, "text")
        assert [row.closed_by for row in back.intervals.all()] == ["no_path", ""]

    def test_a_page_that_falls_silent_stops_the_clock(
        self, waiting: Consultation, clara: User, conrad: User
    ) -> None:
        agree(waiting, clara, conrad, at=1)
        write_for(waiting, since=2, seconds=30)
        for second in (34, 36, 38, 40):
            alone(waiting, second, roles=("client",))

        stopped = Consultation.objects.get()

        assert (stopped.interrupted_by, stopped.interrupted_at) == (EndReason.CONSULTANT_LOST, later(32))


class TestBill:
    def test_same_clock_same_bill(self, waiting: Consultation, clara: User, conrad: User) -> None:
        agree(waiting, clara, conrad, at=1)
        write_for(waiting, since=2, seconds=300)
        with travel(later(302)):
            ended = attendance.end(consultation_id=waiting.pk, user=conrad)

        assert (ended.joint_seconds, ended.bill) == (300, 666)
        assert balance(clara.pk).available == 5000 - 666

    def test_the_receipt_says_text(
        self, waiting: Consultation, clara: User, conrad: User, signed_in: Callable[[User], Client]
    ) -> None:
        agree(waiting, clara, conrad, at=1)
        write_for(waiting, since=2, seconds=200)
        with travel(later(202)):
            attendance.end(consultation_id=waiting.pk, user=clara)

        for who in (clara, conrad):
            html = signed_in(who).get(waiting.get_absolute_url()).content.decode()
            assert "in text" in html
