"""What counts as joint time, when it stops, and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import ConsultantProfile, User
from marketplace.core.time import travel
from marketplace.live import publish
from sessions_app import errors
from sessions_app.calls import attendance, clock_tick, deadlines
from sessions_app.models import ClockTick, Consultation, Engagement
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import accepted, beat, live, talk
from tests.support.cast import balance_of, ledger_sum
from wallet.models import AccountKind, owner_key
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Fund = Callable[..., None]


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def call(clara: User, conrad: User, fund: Fund) -> Consultation:
    """A live call whose first joint second is noon; 20.00 credits for 15 minutes."""
    fund(clara, 5000)
    return live(clara, conrad, at=NOON)


def spans(consultation: Consultation) -> list[tuple[float, float]]:
    rows = consultation.intervals.all()
    return [((i.started_at - NOON).total_seconds(), (i.ended_at - NOON).total_seconds()) for i in rows]


def spans_begin(consultation: Consultation) -> list[float]:
    return [(row.started_at - NOON).total_seconds() for row in consultation.intervals.all()]


class TestStart:
    def test_one_side_alone_does_not_start_the_clock(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, 5000)
        consultation = accepted(clara, conrad, at=NOON)

        consultation = beat(consultation, at=later(1), roles=("client",))

        assert consultation.state == State.ACCEPTED

    def test_two_pages_that_do_not_hear_each_other_are_not_live(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        consultation = accepted(clara, conrad, at=NOON)

        assert beat(consultation, at=later(1), contact=False).state == State.ACCEPTED

    def test_joint_time_starts_with_the_later_of_the_first_beats(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        consultation = accepted(clara, conrad, at=NOON)
        beat(consultation, at=later(1), roles=("client",))

        consultation = beat(consultation, at=later(3), roles=("consultant",))

        assert consultation.state == State.LIVE
        assert consultation.live_at == later(3)
        assert consultation.ends_at == later(903)

    def test_a_call_that_is_not_live_in_time_fails_and_says_who_was_absent(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        consultation = accepted(clara, conrad, at=NOON)
        Consultation.objects.update(consultant_entered_at=None)

        with travel(later(120)):
            consultation = deadlines.fail_unconnected(consultation_id=consultation.pk)

        assert (consultation.state, consultation.end_reason) == (State.FAILED, EndReason.CONSULTANT_ABSENT)
        assert balance(clara.pk).available == 5000

    def test_a_beat_after_the_time_to_connect_does_not_make_it_live(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        consultation = accepted(clara, conrad, at=NOON)

        assert beat(consultation, at=later(120)).state == State.ACCEPTED


class TestEnd:
    def test_nine_of_fifteen_minutes_cost_nine_fifteenths(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        talk(call, since=NOON, seconds=540)

        with travel(later(540)):
            ended = attendance.end(consultation_id=call.pk, user=clara)

        assert (ended.joint_seconds, ended.bill, ended.fee) == (540, 1200, 240)
        assert (ended.end_reason, ended.settled_at) == (EndReason.CLIENT_ENDED, later(540))
        assert (balance(clara.pk).available, balance(clara.pk).held) == (3800, 0)
        assert balance_of(AccountKind.CONSULTANT_PENDING, owner_key(conrad.pk)) == 960
        assert ledger_sum() == 0

    def test_the_moment_of_pressing_end_counts_while_both_are_there(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=200)

        with travel(later(201.9)):
            assert attendance.end(consultation_id=call.pk, user=clara).joint_seconds == 201

    def test_ending_twice_settles_once(self, call: Consultation, clara: User, conrad: User) -> None:
        talk(call, since=NOON, seconds=300)
        with travel(later(300)):
            attendance.end(consultation_id=call.pk, user=clara)
        with travel(later(301)):
            again = attendance.end(consultation_id=call.pk, user=conrad)

        assert again.end_reason == EndReason.CLIENT_ENDED
        assert again.ended_at == later(300)

    def test_the_bought_time_ends_the_call_at_its_end(self, call: Consultation, clara: User) -> None:
        talk(call, since=NOON, seconds=898)

        with travel(later(900.7)):
            ended = deadlines.finish_bought_time(consultation_id=call.pk)

        assert (ended.joint_seconds, ended.bill, ended.end_reason) == (900, 2000, EndReason.TIME_UP)

    def test_beats_after_the_end_of_the_bought_time_do_not_count(self, call: Consultation) -> None:
        talk(call, since=NOON, seconds=904)
        assert Consultation.objects.get().witnessed_until == later(900)

        with travel(later(910)):
            assert deadlines.finish_bought_time(consultation_id=call.pk).joint_seconds == 900

    def test_both_are_free_again_and_the_talk_is_counted(self, call: Consultation, clara: User) -> None:
        talk(call, since=NOON, seconds=300)
        with travel(later(300)):
            attendance.end(consultation_id=call.pk, user=clara)

        assert not Engagement.objects.exists()
        profile = ConsultantProfile.objects.get()
        assert (profile.talks_count, profile.engaged_until) == (1, None)

    def test_under_a_minute_is_free(self, call: Consultation, clara: User) -> None:
        talk(call, since=NOON, seconds=58)
        with travel(later(59.9)):
            ended = attendance.end(consultation_id=call.pk, user=clara)

        assert (ended.bill, balance(clara.pk).available) == (0, 5000)

    def test_a_stranger_cannot_end_it(self, call: Consultation, stella: User) -> None:
        with pytest.raises(errors.NoSuchConsultation):
            attendance.end(consultation_id=call.pk, user=stella)


class TestInterruption:
    def test_a_lost_side_stops_the_clock_at_its_last_beat(self, call: Consultation) -> None:
        talk(call, since=NOON, seconds=100)
        for second in (102, 104, 106):
            beat(call, at=later(second), roles=("consultant",))

        with travel(later(106.5)):
            stopped = deadlines.stop_silent(consultation_id=call.pk)

        assert (stopped.state, stopped.interrupted_by) == (State.INTERRUPTED, EndReason.CLIENT_LOST)
        assert spans(stopped) == [(0, 100)]
        assert stopped.return_by == later(196.5)

    def test_six_seconds_of_silence_are_not_a_loss(self, call: Consultation) -> None:
        talk(call, since=NOON, seconds=100)

        with travel(later(106)), pytest.raises(errors.ConsultationError):
            deadlines.stop_silent(consultation_id=call.pk)

    def test_the_clock_goes_on_when_both_are_back(self, call: Consultation, clara: User) -> None:
        talk(call, since=NOON, seconds=100)
        with travel(later(107)):
            deadlines.stop_silent(consultation_id=call.pk)
        beat(call, at=later(130), roles=("client",))
        back = beat(call, at=later(131), roles=("consultant",))

        assert (back.state, back.interrupted_seconds) == (State.LIVE, 31)
        assert back.ends_at == later(931)
        talk(call, since=later(131), seconds=200)
        with travel(later(331)):
            assert attendance.end(consultation_id=call.pk, user=clara).joint_seconds == 300

    def test_nobody_back_in_time_ends_it_at_the_last_witnessed_second(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=450)
        with travel(later(457)):
            deadlines.stop_silent(consultation_id=call.pk)
        with travel(later(547)):
            ended = deadlines.give_up_return(consultation_id=call.pk)

        assert (ended.joint_seconds, ended.bill, ended.end_reason) == (450, 1000, EndReason.BOTH_LOST)

    def test_leaving_stops_the_clock_at_once_and_one_can_return(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=200)
        with travel(later(201)):
            left = attendance.leave(consultation_id=call.pk, user=clara)

        assert (left.state, left.interrupted_by) == (State.INTERRUPTED, EndReason.CLIENT_LEFT)
        assert spans(left) == [(0, 201)]
        new_page = {"client": "c11e0002", "consultant": "c0250001"}
        assert beat(call, at=later(220), pages=new_page).state == State.LIVE

    def test_the_last_words_of_the_page_that_left_do_not_bring_it_back(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=200)
        with travel(later(201)):
            attendance.leave(consultation_id=call.pk, user=clara)

        assert beat(call, at=later(202)).state == State.INTERRUPTED

    def test_a_new_page_right_after_leave_brings_the_call_back(self, call: Consultation, clara: User) -> None:
        talk(call, since=NOON, seconds=200)
        with travel(later(201)):
            attendance.leave(consultation_id=call.pk, user=clara)
        new_page = {"client": "c11e0002", "consultant": "c0250001"}

        back = beat(call, at=later(203), pages=new_page)

        assert (back.state, spans_begin(back)) == (State.LIVE, [0, 203])

    def test_beats_when_the_time_to_return_is_over_bring_nothing_back(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=100)
        with travel(later(101)):
            assert attendance.leave(consultation_id=call.pk, user=clara).return_by == later(191)
        new_page = {"client": "c11e0002", "consultant": "c0250001"}

        late = beat(call, at=later(191), pages=new_page)

        assert (late.state, late.joint_seconds, spans_begin(late)) == (State.INTERRUPTED, 0, [0])

    def test_beats_after_the_end_change_nothing_of_what_was_settled(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=200)
        with travel(later(201)):
            ended = attendance.end(consultation_id=call.pk, user=clara)

        after = beat(call, at=later(203))

        assert (after.state, after.client_seen_at) == (State.ENDED, later(200))
        assert after.witnessed_until == ended.witnessed_until

    def test_end_now_while_the_other_is_absent_takes_the_reason_of_that_absence(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=120)
        for second in (122, 124, 126):
            beat(call, at=later(second), roles=("client",))
        with travel(later(127)):
            deadlines.stop_silent(consultation_id=call.pk)
            ended = attendance.end(consultation_id=call.pk, user=clara)

        assert (ended.end_reason, ended.bill) == (EndReason.CONSULTANT_LOST, 0)

    def test_whoever_left_and_comes_back_to_end_it_has_ended_it(
        self, call: Consultation, clara: User
    ) -> None:
        talk(call, since=NOON, seconds=120)
        with travel(later(121)):
            attendance.leave(consultation_id=call.pk, user=clara)
            ended = attendance.end(consultation_id=call.pk, user=clara)

        assert (ended.end_reason, ended.billable_seconds) == (EndReason.CLIENT_ENDED, 180)

    def test_all_interruptions_together_last_at_most_three_minutes(self, call: Consultation) -> None:
        talk(call, since=NOON, seconds=60)
        Consultation.objects.update(interrupted_seconds=150)

        with travel(later(67)):
            stopped = deadlines.stop_silent(consultation_id=call.pk)

        assert stopped.return_by == later(90)

    def test_a_short_call_lost_by_the_client_is_free_once_a_week(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 9000)
        bills = []
        for day in (0, 1, 9):
            start = NOON + timedelta(days=day)
            talking = live(clara, conrad, at=start)
            talk(talking, since=start, seconds=100)
            for second in (102, 104, 106):
                beat(talking, at=start + timedelta(seconds=second), roles=("consultant",))
            with travel(start + timedelta(seconds=107)):
                deadlines.stop_silent(consultation_id=talking.pk)
            with travel(start + timedelta(seconds=200)):
                bills.append(deadlines.give_up_return(consultation_id=talking.pk).bill)

        assert bills == [0, 400, 0]


class TestOutage:
    @pytest.fixture
    def outage(self, call: Consultation) -> Callable[[float, float], None]:
        """`outage(from, until)`: the clock was away between these seconds after noon."""

        def away(start: float, end: float) -> None:
            ClockTick.objects.create(ticked_at=later(start))
            clock_tick.tick(stamp=later(end), first=True)

        return away

    @pytest.fixture
    def told(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The topics of what was published."""
        topics: list[str] = []
        monkeypatch.setattr(publish, "after_commit", topics.append)
        return topics

    def test_a_short_outage_counts_if_both_pages_never_lost_each_other(
        self, call: Consultation, clara: User, outage: Callable[[float, float], None]
    ) -> None:
        talk(call, since=NOON, seconds=200)
        outage(201, 208)
        beat(call, at=later(208.5), roles=("client",))
        back = beat(call, at=later(209), roles=("consultant",))

        assert (back.state, back.witnessed_until) == (State.LIVE, later(208.5))
        talk(call, since=later(210), seconds=90)
        with travel(later(300)):
            assert attendance.end(consultation_id=call.pk, user=clara).joint_seconds == 300

    def test_a_long_outage_counts_for_ten_seconds(
        self, call: Consultation, clara: User, outage: Callable[[float, float], None], told: list[str]
    ) -> None:
        talk(call, since=NOON, seconds=200)
        outage(201, 240)
        told.clear()
        back = beat(call, at=later(241))

        assert (back.state, back.ends_at) == (State.LIVE, later(900 + 31))
        assert f"q:{call.pk}" in told, "both pages came back with the end of before"
        talk(call, since=later(242), seconds=100)
        with travel(later(341)):
            ended = attendance.end(consultation_id=call.pk, user=clara)
        assert spans(ended) == [(0, 210), (241, 341)]

    def test_a_page_that_was_reloaded_during_the_outage_brings_no_joint_time(
        self, call: Consultation, outage: Callable[[float, float], None]
    ) -> None:
        talk(call, since=NOON, seconds=200)
        outage(201, 208)
        new_page = {"client": "c11e0002", "consultant": "c0250001"}
        beat(call, at=later(209), pages=new_page)
        back = beat(call, at=later(210), pages=new_page)

        assert back.state == State.LIVE
        assert back.intervals.first().ended_at == later(200)

    def test_our_outage_is_not_blamed_on_whoever_comes_back_second(
        self, call: Consultation, outage: Callable[[float, float], None]
    ) -> None:
        talk(call, since=NOON, seconds=200)
        outage(201, 222)
        beat(call, at=later(223), roles=("consultant",), unbroken=False)

        assert Consultation.objects.get().interrupted_by == EndReason.SERVER_LOST
        assert beat(call, at=later(225)).state == State.LIVE

    def test_broken_contact_during_the_outage_brings_no_joint_time(
        self, call: Consultation, outage: Callable[[float, float], None]
    ) -> None:
        talk(call, since=NOON, seconds=200)
        outage(201, 208)
        beat(call, at=later(209), unbroken=False)

        assert Consultation.objects.get().intervals.first().ended_at == later(200)

    def test_the_server_away_for_longer_than_the_call_bills_to_the_last_witnessed_second(
        self, call: Consultation, clara: User, outage: Callable[[float, float], None]
    ) -> None:
        talk(call, since=NOON, seconds=450)
        outage(451, 7200)
        with travel(later(7215)):
            deadlines.stop_silent(consultation_id=call.pk)
        with travel(later(7305)):
            ended = deadlines.give_up_return(consultation_id=call.pk)

        assert (ended.joint_seconds, ended.bill, ended.end_reason) == (450, 1000, EndReason.SERVER_LOST)

    def test_whoever_waits_during_an_outage_gets_time_to_come_back(
        self, call: Consultation, outage: Callable[[float, float], None], told: list[str]
    ) -> None:
        talk(call, since=NOON, seconds=200)
        with travel(later(207)):
            deadlines.stop_silent(consultation_id=call.pk)
        told.clear()
        outage(210, 400)

        assert Consultation.objects.get().return_by == later(415)
        assert f"q:{call.pk}" in told, "who waits is told how long"

    def test_whoever_was_connecting_during_an_outage_gets_time_to_connect(
        self, clara: User, conrad: User, fund: Fund, told: list[str]
    ) -> None:
        fund(clara, 5000)
        call = accepted(clara, conrad, at=NOON)
        ClockTick.objects.create(ticked_at=later(5))
        told.clear()

        clock_tick.tick(stamp=later(300), first=True)

        assert Consultation.objects.get().live_by == later(315)
        assert f"q:{call.pk}" in told


def test_leaving_again_and_again_before_the_call_is_live_writes_one_line(
    clara: User, conrad: User, fund: Fund
) -> None:
    fund(clara, 5000)
    consultation = accepted(clara, conrad, at=NOON)
    with travel(NOON):
        for _ in range(3):
            attendance.leave(consultation_id=consultation.pk, user=clara)

    assert consultation.events.filter(kind="left").count() == 1
