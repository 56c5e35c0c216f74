"""Both pages answer, but the two have lost contact: what each page can say, and what that costs."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.calls.text_mode import agree_text
from sessions_app.calls.web_processes import say_alive
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.room.facts import clock_frame, room_facts
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import PAGES, beat, live, lost_before, talk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
R = EndReason
Fund = Callable[..., None]
NEW_PAGES = {CLIENT: "c11e0002", CONSULTANT: "c0250002"}
DYING, HEALTHY = uuid.UUID(int=1), uuid.UUID(int=2)
HEARS, DEAF, GONE = True, False, None  # what a page answers: contact, no contact, nothing


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def call(clara: User, conrad: User, fund: Fund) -> Consultation:
    """A call that has been live for 100 s, of a client who has used the free call of these days."""
    fund(clara, 9000)
    lost_before(clara, conrad, at=NOON - timedelta(days=2))
    call = live(clara, conrad, at=NOON)
    talk(call, since=NOON, seconds=100)
    return call


def answer(
    call: Consultation,
    client: bool | None,
    consultant: bool | None,
    *,
    since: int,
    until: int,
    pages: dict[str, str] = PAGES,
) -> Consultation:
    """The two pages answer like this every three seconds."""
    for second in range(since, until + 1, 3):
        for role, contact in ((CLIENT, client), (CONSULTANT, consultant)):
            if contact is not GONE:
                beat(call, at=later(second), roles=(role,), contact=contact, pages=pages)
    return Consultation.objects.get(pk=call.pk)


def stopped(call: Consultation, *, at: float) -> Consultation:
    """By a beat of a page that still hears the other, or by the clock: whoever notices first."""
    now_is = Consultation.objects.get(pk=call.pk)
    if now_is.state == State.INTERRUPTED:
        return now_is
    with travel(later(at)):
        return deadlines.stop_silent(consultation_id=call.pk)


def end(call: Consultation, who: str, *, at: float) -> Consultation:
    with travel(later(at)):
        if who == "clock":
            return deadlines.give_up_return(consultation_id=call.pk)
        return attendance.end(consultation_id=call.pk, user=getattr(call, who))


@pytest.mark.parametrize("who", [CLIENT, CONSULTANT, "clock"])
@pytest.mark.parametrize(
    ("client", "consultant"),
    [(DEAF, HEARS), (HEARS, DEAF), (DEAF, DEAF)],
    ids=["client", "consultant", "both"],
)
def test_a_page_that_answers_without_contact_makes_nobody_lost_and_nothing_cheaper(
    call: Consultation, client: bool, consultant: bool, who: str
) -> None:
    answer(call, client, consultant, since=101, until=107)
    assert stopped(call, at=108).interrupted_by == R.NO_PATH
    answer(call, client, consultant, since=110, until=197)

    ended = end(call, who, at=199)

    assert (ended.end_reason, ended.joint_seconds, ended.bill, ended.payout) == (R.NO_PATH, 100, 400, 320)


@pytest.mark.parametrize(
    ("client", "consultant", "reasons"),
    [
        (DEAF, GONE, (R.CONSULTANT_LOST, R.CONSULTANT_ENDED, R.CONSULTANT_LOST)),
        (GONE, DEAF, (R.CLIENT_ENDED, R.CLIENT_LOST, R.CLIENT_LOST)),
        (GONE, HEARS, (R.CLIENT_ENDED, R.CLIENT_LOST, R.CLIENT_LOST)),
        (GONE, GONE, (R.BOTH_LOST, R.BOTH_LOST, R.BOTH_LOST)),
    ],
)
@pytest.mark.parametrize("who", [CLIENT, CONSULTANT, "clock"])
def test_a_page_that_does_not_answer_is_the_lost_one(
    call: Consultation, client: bool | None, consultant: bool | None, reasons: tuple[R, ...], who: str
) -> None:
    answer(call, client, consultant, since=103, until=107)
    stopped(call, at=108)
    answer(call, client, consultant, since=110, until=197)

    ended = end(call, who, at=199)

    assert ended.end_reason == reasons[[CLIENT, CONSULTANT, "clock"].index(who)]


@pytest.mark.parametrize(
    ("client", "consultant", "reason", "bill"),
    [
        (DEAF, GONE, R.CONSULTANT_LOST, 0),
        (GONE, DEAF, R.CLIENT_LOST, 400),
        (GONE, GONE, R.NO_PATH, 400),
    ],
)
def test_who_falls_silent_while_there_is_no_path_is_lost_but_both_at_once_change_nothing(
    call: Consultation, client: bool | None, consultant: bool | None, reason: R, bill: int
) -> None:
    answer(call, DEAF, DEAF, since=101, until=107)
    stopped(call, at=108)
    answer(call, client, consultant, since=110, until=197)

    ended = end(call, "clock", at=199)

    assert (ended.end_reason, ended.bill) == (reason, bill)


@pytest.mark.parametrize(
    ("who", "reason", "bill"), [(CLIENT, R.CLIENT_ENDED, 400), (CONSULTANT, R.CONSULTANT_ENDED, 0)]
)
def test_a_gap_that_is_no_silence_yet_changes_nothing_for_who_presses_end(
    call: Consultation, who: str, reason: R, bill: int
) -> None:
    answer(call, DEAF, HEARS, since=102, until=105)

    ended = end(call, who, at=106)

    assert (ended.end_reason, ended.joint_seconds, ended.bill) == (reason, 106, bill)


@pytest.mark.parametrize("who", [CLIENT, CONSULTANT])
def test_end_pressed_before_the_clock_noticed_that_contact_is_gone_is_no_path(
    call: Consultation, who: str
) -> None:
    answer(call, DEAF, DEAF, since=101, until=104)

    ended = end(call, who, at=106.5)

    assert (ended.end_reason, ended.joint_seconds, ended.bill) == (R.NO_PATH, 100, 400)


def test_a_page_that_switches_between_contact_and_none_stops_nothing(call: Consultation) -> None:
    for second in range(100, 160, 5):
        answer(call, DEAF, HEARS, since=second + 2, until=second + 2)
        beat(call, at=later(second + 5))

    ended = end(call, CLIENT, at=160)

    assert (ended.end_reason, ended.joint_seconds, ended.bill) == (R.CLIENT_ENDED, 160, 400)


def test_a_second_tab_without_contact_is_no_loss(call: Consultation) -> None:
    answer(call, DEAF, HEARS, since=101, until=107, pages={**PAGES, CLIENT: NEW_PAGES[CLIENT]})

    assert stopped(call, at=108).interrupted_by == R.NO_PATH


def test_a_press_on_leave_while_there_is_no_path_does_not_buy_a_free_end(call: Consultation) -> None:
    answer(call, DEAF, DEAF, since=101, until=107)
    with travel(later(107.5)):
        attendance.leave(consultation_id=call.pk, user=call.client)
    answer(call, GONE, DEAF, since=110, until=197)

    ended = end(call, "clock", at=199)

    assert (ended.end_reason, ended.bill) == (R.CLIENT_LOST, 400)


def test_in_a_text_call_an_answer_without_contact_is_enough(call: Consultation) -> None:
    with travel(later(101)):
        agree_text(consultation_id=call.pk, user=call.client)
        agree_text(consultation_id=call.pk, user=call.consultant)
    answer(call, DEAF, DEAF, since=102, until=120)

    ended = end(call, CLIENT, at=120)

    assert (ended.end_reason, ended.joint_seconds, ended.bill) == (R.CLIENT_ENDED, 120, 400)


class TestLost:
    """Of two who were lost, the one who does not come back is."""

    @pytest.mark.parametrize(
        ("client", "consultant", "reason"),
        [(DEAF, GONE, R.CONSULTANT_LOST), (GONE, DEAF, R.CLIENT_LOST), (DEAF, DEAF, R.NO_PATH)],
    )
    def test_after_both_were_lost(
        self, call: Consultation, client: bool | None, consultant: bool | None, reason: R
    ) -> None:
        assert stopped(call, at=107).interrupted_by == R.BOTH_LOST
        answer(call, client, consultant, since=120, until=195, pages=NEW_PAGES)

        assert end(call, "clock", at=197).end_reason == reason

    def test_who_goes_after_the_one_who_was_lost_does_not_take_their_place(self, call: Consultation) -> None:
        answer(call, GONE, HEARS, since=103, until=107)
        assert stopped(call, at=108).interrupted_by == R.CLIENT_LOST

        ended = end(call, "clock", at=199)

        assert (ended.end_reason, ended.bill) == (R.CLIENT_LOST, 400)


class TestLeft:
    """Whoever pressed Leave and is back without contact is still who left."""

    def back(self, call: Consultation, side: str) -> None:
        with travel(later(101)):
            attendance.leave(consultation_id=call.pk, user=getattr(call, side))
        answer(call, DEAF, DEAF, since=110, until=120, pages=NEW_PAGES)

    @pytest.mark.parametrize(
        ("side", "who", "reason", "bill"),
        [
            (CLIENT, CONSULTANT, R.CLIENT_LEFT, 400),
            (CLIENT, CLIENT, R.CLIENT_ENDED, 400),
            (CONSULTANT, CLIENT, R.CONSULTANT_LEFT, 0),
            (CONSULTANT, CONSULTANT, R.CONSULTANT_ENDED, 0),
        ],
    )
    def test_whoever_presses_end(self, call: Consultation, side: str, who: str, reason: R, bill: int) -> None:
        self.back(call, side)

        ended = end(call, who, at=121)

        assert (ended.end_reason, ended.bill) == (reason, bill)

    def test_who_is_not_back_does_not_become_the_one_who_waits(self, call: Consultation) -> None:
        answer(call, HEARS, GONE, since=103, until=103)
        with travel(later(105)):
            attendance.leave(consultation_id=call.pk, user=call.client)

        ended = end(call, CLIENT, at=107)  # the other was heard 7 s ago, this page 4 s ago

        assert (ended.end_reason, ended.bill) == (R.CLIENT_ENDED, 400)

    def test_a_second_tab_does_not_change_that(self, call: Consultation) -> None:
        self.back(call, CLIENT)
        answer(call, DEAF, DEAF, since=122, until=190, pages={**NEW_PAGES, CLIENT: "c11e0003"})

        assert end(call, "clock", at=191).end_reason == R.CLIENT_LEFT

    @pytest.mark.parametrize(("side", "other"), [(CLIENT, "Conrad"), (CONSULTANT, "Clara")])
    def test_both_are_told_what_is_missing_now(self, call: Consultation, side: str, other: str) -> None:
        self.back(call, side)

        assert told(call, side, at=121)["note"] == f"You and {other} have no contact. Clock stopped at 1:41."


def told(call: Consultation, role: str, *, at: float) -> dict[str, object]:
    with travel(later(at)):
        facts = room_facts(consultation_id=call.pk, user=getattr(call, role))
    assert facts
    return clock_frame(facts)


def test_the_room_says_that_there_is_no_contact_and_what_ending_now_costs(call: Consultation) -> None:
    answer(call, DEAF, DEAF, since=101, until=107)
    stopped(call, at=108)

    for role, other, cost in ((CLIENT, "Conrad", 400), (CONSULTANT, "Clara", 320)):
        frame = told(call, role, at=109)
        assert (frame["note"], frame["cost"]) == (
            f"You and {other} have no contact. Clock stopped at 1:40.",
            cost,
        )


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (CLIENT, 'If you end the call now, you pay <b id="confirm-cost">4.00</b>'),
        (CONSULTANT, 'If you end the call now, you receive <b id="confirm-cost">3.20</b>'),
    ],
)
def test_the_question_before_the_end_names_the_sum_while_the_clock_stands(
    call: Consultation, signed_in: Callable[[User], Client], role: str, words: str
) -> None:
    answer(call, DEAF, DEAF, since=101, until=107)
    stopped(call, at=108)

    with travel(later(109)):
        page = signed_in(getattr(call, role)).get(call.get_absolute_url()).content.decode()

    assert words in page


def test_a_page_in_german_draws_the_clock_with_a_number_that_svg_can_read(
    call: Consultation, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(call.client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"

    with travel(later(101)):
        page = client.get(call.get_absolute_url())

    assert page["Content-Language"] == "de"
    offset = re.search(r'id="clock-ring"[^>]*stroke-dashoffset="([^"]*)"', page.content.decode())
    assert offset
    assert re.fullmatch(r"\d+\.\d", offset[1])


@pytest.mark.parametrize("back", [DYING, HEALTHY], ids=["frozen", "killed"])
def test_two_who_are_back_from_our_outage_without_a_path_do_not_pay_for_it(
    call: Consultation, back: uuid.UUID
) -> None:
    for moment in range(90, 102, 2):
        with travel(later(moment)):
            say_alive(process=DYING)
    beat(call, at=later(101), process=DYING)
    for moment in range(112, 140, 2):
        with travel(later(moment)):
            say_alive(process=back)
        beat(call, at=later(moment), contact=False, process=back)

    with travel(later(139)):
        stop = deadlines.stop_silent(consultation_id=call.pk)

    assert (stop.interrupted_by, stop.interrupted_at) == (R.SERVER_LOST, later(101))
    answer(call, DEAF, DEAF, since=142, until=229)
    ended = end(call, "clock", at=230)
    assert (ended.end_reason, ended.bill) == (R.SERVER_LOST, 0)
