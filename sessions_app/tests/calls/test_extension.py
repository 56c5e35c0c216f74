"""Five more minutes: who presses, when, with how much credit, how often."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import ConsultantProfile, User
from marketplace.core.time import travel
from sessions_app import errors
from sessions_app.calls import attendance, deadlines, extensions
from sessions_app.calls.extensions import press_extend
from sessions_app.models import Consultation, Event
from sessions_app.room.facts import clock_frame, facts_of
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import beat, live
from tests.support.cast import balance_of, ledger_sum
from wallet import ledger
from wallet.checks import violations
from wallet.models import AccountKind, Journal, Op, owner_key
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = 10_000
Fund = Callable[..., None]


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def call(clara: User, conrad: User, fund: Fund) -> Consultation:
    """A live call at its last minute: 20.00 credits for 15 minutes, 850 seconds talked, 100.00 to spend."""
    fund(clara, START)
    return up_to(live(clara, conrad, at=NOON), 850)


def up_to(call: Consultation, seconds: float) -> Consultation:
    """Both were heard all the time, without as many beats."""
    moment = later(seconds)
    Consultation.objects.filter(pk=call.pk).update(
        client_seen_at=moment, consultant_seen_at=moment, witnessed_until=moment
    )
    return Consultation.objects.get(pk=call.pk)


def press(call: Consultation, who: User, at: float, number: int = 1) -> Consultation:
    with travel(later(at)):
        return press_extend(consultation_id=call.pk, user=who, number=number)


def frame(call: Consultation, who: User, at: float) -> dict:
    return clock_frame(facts_of(consultation=Consultation.objects.get(pk=call.pk), user=who, now=later(at)))


def held(who: User) -> int:
    return balance(who.pk).held


def spend(who: User, *, leaving: int) -> None:
    """The client's credits go elsewhere."""
    amount = balance(who.pk).available - leaving
    with transaction.atomic(savepoint=False):
        ledger.hold(
            client=owner_key(who.pk), consultation="elsewhere", amount=amount, currency="XTS", now=NOON
        )


class TestAgreement:
    def test_one_press_alone_moves_nothing(self, call: Consultation, clara: User) -> None:
        asked = press(call, clara, 851)

        assert (asked.ends_at, asked.bought_seconds, asked.held) == (later(900), 900, 2000)
        assert held(clara) == 2000

    @pytest.mark.parametrize("first", ["client", "consultant"])
    def test_the_second_press_holds_more_and_moves_the_end(
        self, call: Consultation, clara: User, conrad: User, first: str
    ) -> None:
        one, two = (clara, conrad) if first == "client" else (conrad, clara)
        press(call, one, 851)

        longer = press(call, two, 852)

        assert (longer.ends_at, longer.bought_seconds, longer.held) == (later(1200), 1200, 2666)
        assert (held(clara), balance(clara.pk).available) == (2666, START - 2666)
        assert ConsultantProfile.objects.get(user=conrad).engaged_until == later(1200)
        assert list(Event.objects.filter(kind__startswith="extend").values_list("kind", flat=True)) == [
            "extend_pressed",
            "extend_pressed",
            "extended",
        ]
        assert ledger_sum() == 0

    def test_three_extensions_cost_one_price_to_the_hundredth(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        amounts = []
        for number, left in ((1, 850), (2, 1150), (3, 1450)):
            up_to(call, left)
            press(call, clara, left + 1, number)
            amounts.append(press(call, conrad, left + 2, number).extensions.get(number=number).amount)

        assert amounts == [666, 667, 667]
        assert held(clara) == 4000
        assert Consultation.objects.get().bought_seconds == 1800

    def test_the_fourth_is_refused(self, call: Consultation, clara: User, conrad: User) -> None:
        for number, left in ((1, 850), (2, 1150), (3, 1450)):
            up_to(call, left)
            press(call, clara, left + 1, number)
            press(call, conrad, left + 1, number)
        up_to(call, 1750)

        assert frame(call, clara, 1751)["extend"]["left"] == 0
        with pytest.raises(errors.NoMoreExtensions):
            press(call, clara, 1751, 4)

    def test_a_double_press_is_one_press(self, call: Consultation, clara: User) -> None:
        press(call, clara, 851)
        press(call, clara, 852)

        assert Event.objects.filter(kind="extend_pressed").count() == 1
        assert Consultation.objects.get().bought_seconds == 900

    def test_a_late_copy_of_an_agreed_press_asks_for_no_second_one(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, clara, 851)
        press(call, conrad, 852)

        again = press(call, clara, 853)

        assert again.bought_seconds == 1200
        assert again.extensions.count() == 1

    def test_a_press_for_an_extension_that_is_not_the_next_one_is_refused(
        self, call: Consultation, clara: User
    ) -> None:
        with pytest.raises(errors.ConsultationError):
            press(call, clara, 851, 2)
        with pytest.raises(errors.ConsultationError):
            press(call, clara, 851, 0)


class TestWhen:
    def test_more_than_a_minute_before_the_end_is_too_early(self, call: Consultation, clara: User) -> None:
        up_to(call, 838)
        with pytest.raises(errors.ExtensionTooEarly):
            press(call, clara, 839.9)

    def test_a_minute_before_the_end_it_may_be_pressed(self, call: Consultation, clara: User) -> None:
        up_to(call, 838)
        assert press(call, clara, 840).extensions.get().client_pressed_at == later(840)

    @pytest.mark.parametrize("moment", [900, 900.001, 960])
    def test_at_the_end_it_is_too_late_though_no_timer_fired(
        self, call: Consultation, clara: User, conrad: User, moment: float
    ) -> None:
        press(call, clara, 851)
        up_to(call, 899)

        with pytest.raises(errors.ExtensionTooLate):
            press(call, conrad, moment)
        assert held(clara) == 2000

    def test_a_moment_before_the_end_is_in_time(self, call: Consultation, clara: User, conrad: User) -> None:
        press(call, clara, 851)
        up_to(call, 899)

        assert press(call, conrad, 899.999).ends_at == later(1200)

    def test_after_the_end_nothing_is_extended(self, call: Consultation, clara: User) -> None:
        up_to(call, 899)
        with travel(later(900)):
            deadlines.finish_bought_time(consultation_id=call.pk)

        with pytest.raises(errors.CallOver):
            press(call, clara, 905)

    def test_while_the_clock_stands_nobody_presses(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        with travel(later(851)):
            attendance.leave(consultation_id=call.pk, user=conrad)

        with pytest.raises(errors.ExtensionPaused):
            press(call, clara, 853)

    def test_a_side_that_is_gone_unnoticed_stands_for_a_stopped_clock(
        self, call: Consultation, clara: User
    ) -> None:
        with pytest.raises(errors.ExtensionPaused):
            press(call, clara, 857)

    def test_a_press_before_an_interruption_counts_after_it(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, clara, 851)
        with travel(later(852)):
            attendance.leave(consultation_id=call.pk, user=conrad)
        pages = {"client": "c11e0001", "consultant": "c0250002"}
        beat(call, at=later(880), pages=pages)

        longer = press(call, conrad, 882)

        assert longer.bought_seconds == 1200
        assert longer.ends_at == later(880 + 48 + 300)

    def test_before_it_is_live_it_is_too_early(self, call: Consultation, clara: User) -> None:
        Consultation.objects.update(state=State.ACCEPTED, ends_at=None)
        with pytest.raises(errors.ExtensionTooEarly):
            press(call, clara, 851)


class TestCredit:
    def test_the_client_learns_with_the_first_press_what_is_missing(
        self, call: Consultation, clara: User
    ) -> None:
        spend(clara, leaving=346)

        with pytest.raises(errors.ExtensionNeedsCredits, match=r"You need 3\.20 more credits"):
            press(call, clara, 851)
        assert not call.extensions.exists()

    def test_the_consultant_is_told_that_it_did_not_work_but_not_why(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, clara, 851)
        spend(clara, leaving=346)

        with pytest.raises(errors.ExtensionNotPossible) as told:
            press(call, conrad, 852)

        assert not any(character.isdigit() for character in told.value.message)
        assert (held(clara) - 2000, Consultation.objects.get().ends_at) == (START - 2346, later(900))
        assert "You need 3.20 more credits" in frame(call, clara, 853)["extend"]["why"]
        assert frame(call, conrad, 853)["extend"]["why"] == told.value.message

    def test_a_consultant_who_pressed_first_is_told_that_it_did_not_work(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, conrad, 851)
        spend(clara, leaving=0)
        assert frame(call, conrad, 852)["extend"]["why"] == ""

        with pytest.raises(errors.ExtensionNeedsCredits):
            press(call, clara, 852)

        assert frame(call, conrad, 853)["extend"]["why"] == errors.ExtensionNotPossible().message

    @pytest.mark.parametrize("first", ["client", "consultant"])
    def test_after_a_top_up_one_more_press_is_enough(
        self, call: Consultation, clara: User, conrad: User, fund: Fund, first: str
    ) -> None:
        if first == "client":
            press(call, clara, 851)
        spend(clara, leaving=0)
        if first == "client":
            with pytest.raises(errors.ExtensionNotPossible):
                press(call, conrad, 852)
        else:
            press(call, conrad, 852)
            with pytest.raises(errors.ExtensionNeedsCredits):
                press(call, clara, 853)
        fund(clara, 666)

        longer = press(call, clara, 855)

        assert longer.bought_seconds == 1200
        assert balance(clara.pk).available == 0
        assert longer.extensions.get().refused_at is None

    def test_what_was_held_but_never_agreed_is_nothing(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        """A refusal leaves the call as it was: it ends on time, with its bill."""
        press(call, clara, 851)
        spend(clara, leaving=0)
        with pytest.raises(errors.ExtensionNotPossible):
            press(call, conrad, 852)
        up_to(call, 899)
        with travel(later(900)):
            ended = deadlines.finish_bought_time(consultation_id=call.pk)

        assert (ended.bill, ended.held, ended.end_reason) == (2000, 2000, EndReason.TIME_UP)


class TestCrash:
    """Between any two lines: all of it or nothing of it."""

    @pytest.mark.parametrize("line", ["show_engaged", "_hold", "tell"])
    def test_a_crash_in_the_middle_leaves_no_half_extension(
        self,
        call: Consultation,
        clara: User,
        conrad: User,
        monkeypatch: pytest.MonkeyPatch,
        line: str,
    ) -> None:
        press(call, clara, 851)

        def crash(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(extensions, line, crash)
        with pytest.raises(ZeroDivisionError):
            press(call, conrad, 852)

        standing = Consultation.objects.get()
        assert (standing.ends_at, standing.bought_seconds, standing.held) == (later(900), 900, 2000)
        assert standing.extensions.get().consultant_pressed_at is None
        assert held(clara) == 2000
        monkeypatch.undo()
        assert press(call, conrad, 853).bought_seconds == 1200


class TestBill:
    def test_the_longer_call_is_billed_by_the_second_within_the_larger_hold(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, clara, 851)
        press(call, conrad, 852)
        up_to(call, 1000)

        with travel(later(1000)):
            ended = attendance.end(consultation_id=call.pk, user=clara)

        assert (ended.joint_seconds, ended.bill, ended.returned) == (1000, 2222, 444)
        assert (balance(clara.pk).available, held(clara)) == (START - 2222, 0)
        assert balance_of(AccountKind.CONSULTANT_PENDING, owner_key(conrad.pk)) == 2222 - 444
        assert ledger_sum() == 0

    def test_the_whole_longer_call_costs_all_that_is_held(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, clara, 851)
        press(call, conrad, 852)
        up_to(call, 1199)

        with travel(later(1200)):
            ended = deadlines.finish_bought_time(consultation_id=call.pk)

        assert (ended.joint_seconds, ended.bill, ended.returned) == (1200, 2666, 0)
        assert Journal.objects.filter(op=Op.CAPTURE).count() == 1

    def test_the_running_cost_goes_above_the_first_price(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        press(call, clara, 851)
        press(call, conrad, 852)
        up_to(call, 1000)

        assert frame(call, clara, 1000)["cost"] == 2222
        assert frame(call, conrad, 1000)["cost"] == 2222 - 444
        assert frame(call, clara, 1000)["held"] == 2666

    def test_the_books_know_the_larger_hold(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, START)
        call = live(clara, conrad, at=NOON)
        up_to(call, 850)
        press(call, clara, 851)
        press(call, conrad, 852)
        assert [found.rule for found in violations()] == []

        Consultation.objects.update(held_extra=667)

        assert [found.rule[:3] for found in violations()] == ["I10"]


class TestPages:
    def test_the_price_is_shown_before_the_click(self, call: Consultation, clara: User) -> None:
        offer = frame(call, clara, 851)["extend"]
        assert (offer["minutes"], offer["price"], offer["open"], offer["number"]) == (5, 666, True, 1)

    def test_it_does_not_open_before_the_last_minute(self, call: Consultation, clara: User) -> None:
        assert frame(call, clara, 800)["extend"]["open"] is False

    def test_each_sees_who_pressed(self, call: Consultation, clara: User, conrad: User) -> None:
        press(call, clara, 851)

        mine, theirs = frame(call, clara, 852)["extend"], frame(call, conrad, 852)["extend"]

        assert (mine["mine"], mine["theirs"]) == (True, False)
        assert (theirs["mine"], theirs["theirs"]) == (False, True)

    def test_a_stranger_finds_nothing_to_press(
        self, call: Consultation, stella: User, signed_in: Callable[[User], Client]
    ) -> None:
        answer = signed_in(stella).post(f"{call.get_absolute_url()}extend/", {"number": 1})
        assert answer.status_code == 404
        assert not call.extensions.exists()

    def test_the_script_is_told_where_the_call_stands(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        with travel(later(851)):
            answer = signed_in(clara).post(
                f"{call.get_absolute_url()}extend/", {"number": 1}, headers={"accept": "application/json"}
            )
        assert answer.json()["extend"]["mine"] is True

    def test_the_script_is_told_why_not_in_words(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        spend(clara, leaving=0)
        with travel(later(851)):
            answer = signed_in(clara).post(
                f"{call.get_absolute_url()}extend/", {"number": 1}, headers={"accept": "application/json"}
            )
        assert (answer.status_code, answer.json()["code"]) == (402, "extension_needs_credits")

    def test_a_plain_form_leads_back_to_the_room(
        self, call: Consultation, clara: User, signed_in: Callable[[User], Client]
    ) -> None:
        with travel(later(851)):
            answer = signed_in(clara).post(
                f"{call.get_absolute_url()}extend/", {"number": 1}, headers={"accept": "text/html"}
            )
        assert answer["Location"] == call.get_absolute_url()
