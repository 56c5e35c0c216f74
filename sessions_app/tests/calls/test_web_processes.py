"""A web process that is away while the clock goes on: our fault, not the silence of two people."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance
from sessions_app.calls.web_processes import KEPT, delete_ended, say_alive
from sessions_app.clock import DeadlineLoop
from sessions_app.models import Consultation, WebProcess
from sessions_app.receipts.receipt import receipt_of
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import accepted, beat, live

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
BOTH = ("client", "consultant")


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Site:
    """Web processes and a clock of its own, second by second; the clock can be away, too."""

    def __init__(self) -> None:
        self.second = -16
        self.running: set[uuid.UUID] = {FIRST}
        self.ticking = True
        self.heard: dict[str, uuid.UUID] = {}
        self.call: Consultation | None = None
        self.loop = DeadlineLoop(lambda: float(self.second))

    def at(self, second: int) -> Consultation:
        """The call when it is so late."""
        self.until(second)
        return Consultation.objects.get()

    def until(self, second: int, step: int = 2) -> None:
        """Let time pass; pages answer every two seconds in the process that they are connected to."""
        while self.second < second:
            self.second += step
            for process in sorted(self.running):
                with travel(later(self.second)):
                    say_alive(process=process)
            for role, process in self.heard.items():
                if self.second % 2 == 0 and process in self.running and self.call:
                    beat(self.call, at=later(self.second), roles=(role,), process=process)
            if self.ticking:
                with travel(later(self.second)):
                    self.loop.tick()

    def connect(self, process: uuid.UUID, *roles: str) -> None:
        self.heard |= dict.fromkeys(roles, process)

    def lose(self, *roles: str) -> None:
        for role in roles:
            del self.heard[role]

    def restart_clock(self) -> None:
        self.loop = DeadlineLoop(lambda: float(self.second))
        self.ticking = True


@pytest.fixture
def site(clara: User, conrad: User, fund: Callable[..., None]) -> Site:
    """A call that began at noon and has gone on for 100 s, both people in the first process."""
    fund(clara, 5000)
    site = Site()
    site.until(0)
    site.call = live(clara, conrad, at=NOON)
    site.connect(FIRST, *BOTH)
    site.until(100)
    return site


def spans(talk: Consultation) -> list[tuple[float, float | None]]:
    rows = talk.intervals.all()
    return [
        ((row.started_at - NOON).total_seconds(), row.ended_at and (row.ended_at - NOON).total_seconds())
        for row in rows
    ]


def end_now(site: Site, person: User) -> Consultation:
    with travel(later(site.second)):
        return attendance.end(consultation_id=Consultation.objects.get().pk, user=person)


def test_a_killed_process_makes_nobody_the_lost_one(site: Site) -> None:
    site.running = set()
    assert site.at(150).state == State.LIVE  # nobody can come back, so nobody is called lost
    site.running = {SECOND}

    assert site.at(164).state == State.LIVE
    stopped = site.at(168)

    assert (stopped.state, stopped.interrupted_by) == (State.INTERRUPTED, EndReason.SERVER_LOST)
    ended = site.at(260)
    assert (ended.state, ended.end_reason, ended.joint_seconds, ended.bill) == (
        State.ENDED,
        EndReason.SERVER_LOST,
        100,
        0,
    )
    assert "our fault" in receipt_of(consultation=ended, role="client").rule


def test_two_people_who_come_back_to_a_new_process_go_on_and_ten_seconds_count(
    site: Site, clara: User
) -> None:
    site.running = set()
    site.until(130)
    site.running = {SECOND}
    site.connect(SECOND, *BOTH)
    site.until(170)

    ended = end_now(site, clara)

    assert spans(ended) == [(0, 110), (132, 170)]
    assert not ended.events.filter(kind="interrupted").exists()


def test_a_restart_within_three_seconds_costs_nobody_a_second(site: Site, clara: User) -> None:
    site.running, site.ticking = set(), False
    site.until(102, step=1)
    site.running = {SECOND}
    site.restart_clock()
    site.until(108, step=1)
    site.connect(SECOND, *BOTH)  # browsers come back with their own delay
    site.until(170)

    assert spans(end_now(site, clara)) == [(0, 170)]


def test_a_restart_within_three_seconds_is_not_told_as_two_lost_connections(site: Site) -> None:
    site.running, site.ticking = set(), False
    site.until(102, step=1)
    site.running = {SECOND}
    site.restart_clock()
    site.lose(*BOTH)
    site.until(104, step=1)

    assert site.at(126).interrupted_by == EndReason.SERVER_LOST


def test_a_frozen_process_that_goes_on_keeps_its_calls(site: Site, clara: User) -> None:
    site.running = set()
    site.until(140)
    site.running = {FIRST}
    site.until(170)

    assert spans(end_now(site, clara)) == [(0, 110), (142, 170)]
    assert WebProcess.objects.get().silent_from == later(100)


def test_who_is_lost_after_a_frozen_process_went_on_is_lost(site: Site) -> None:
    site.running = set()
    site.until(120)
    site.running = {FIRST}
    site.until(150)
    site.lose("consultant")

    assert site.at(160).interrupted_by == EndReason.CONSULTANT_LOST


def test_who_does_not_answer_after_a_short_freeze_is_noticed_soon(site: Site) -> None:
    site.running = set()
    site.until(104)
    site.running = {FIRST}
    site.lose(*BOTH)

    assert site.at(108).state == State.LIVE
    assert site.at(110).interrupted_by == EndReason.SERVER_LOST


def test_an_orderly_restart_is_an_outage_of_ours_as_well(site: Site, clara: User) -> None:
    site.running = {FIRST, SECOND}  # the new one is up before the old one ends
    site.until(104)
    site.running = {SECOND}
    site.until(114)
    site.connect(SECOND, *BOTH)
    site.until(170)

    assert spans(end_now(site, clara)) == [(0, 114), (116, 170)]


class TestOneOfTwo:
    @pytest.fixture(autouse=True)
    def two(self, site: Site) -> None:
        site.running = {FIRST, SECOND}
        site.connect(SECOND, "consultant")
        site.until(120)

    def test_the_talk_goes_on_if_the_one_whose_process_died_comes_back(self, site: Site, clara: User) -> None:
        site.running = {SECOND}
        site.until(128)
        site.connect(SECOND, "client")
        site.until(170)

        assert spans(end_now(site, clara)) == [(0, 170)]

    def test_the_one_whose_process_died_is_not_called_lost(self, site: Site) -> None:
        site.running = {SECOND}

        assert site.at(134).state == State.LIVE
        stopped = site.at(136)
        assert (stopped.interrupted_by, spans(stopped)) == (EndReason.SERVER_LOST, [(0, 120)])

    def test_the_one_whose_process_lives_is_the_lost_one(self, site: Site) -> None:
        site.connect(SECOND, *BOTH)
        site.until(124)
        site.running = {SECOND}
        site.lose("client")

        assert site.at(132).interrupted_by == EndReason.CLIENT_LOST

    def test_both_die_and_one_more_starts_after_a_long_time(self, site: Site) -> None:
        site.running = {SECOND}
        site.until(124)
        site.running = set()
        site.until(200)
        site.running = {THIRD}
        site.connect(THIRD, *BOTH)

        assert (site.at(210).state, spans(site.at(210))) == (State.LIVE, [(0, 130), (202, None)])


def test_two_people_lost_at_once_while_all_is_well_are_both_lost(site: Site) -> None:
    site.lose(*BOTH)

    assert site.at(108).interrupted_by == EndReason.BOTH_LOST


def test_two_people_lost_while_only_the_clock_was_away_are_both_lost(site: Site) -> None:
    site.ticking = False
    site.until(150)
    site.lose(*BOTH)
    site.until(170)
    site.restart_clock()

    stopped = site.at(188)

    assert (stopped.interrupted_by, spans(stopped)) == (EndReason.BOTH_LOST, [(0, 150)])


def test_clock_and_web_process_away_at_once(site: Site, clara: User) -> None:
    site.running, site.ticking = set(), False
    site.until(150)
    site.restart_clock()
    site.until(180)
    site.running = {SECOND}
    site.connect(SECOND, *BOTH)
    site.until(200)

    assert spans(end_now(site, clara)) == [(0, 110), (182, 200)]


def test_nobody_fails_to_come_or_to_return_while_no_web_process_runs(
    clara: User, conrad: User, fund: Callable[..., None]
) -> None:
    fund(clara, 5000)
    site = Site()
    site.until(0)
    accepted(clara, conrad, at=NOON)
    site.until(60)
    site.running = set()
    assert site.at(200).state == State.ACCEPTED
    site.running = {SECOND}

    assert site.at(206).live_by == later(217)
    assert site.at(218).state == State.FAILED


def test_rows_of_processes_that_ended_long_ago_are_taken_away(db: None) -> None:
    with travel(NOON):
        say_alive(process=FIRST)
    with travel(NOON + KEPT):
        say_alive(process=SECOND)
        assert delete_ended() == 0
    with travel(NOON + KEPT + timedelta(seconds=1)):
        say_alive(process=SECOND)
        assert (delete_ended(), delete_ended()) == (1, 0)

    assert list(WebProcess.objects.values_list("pk", flat=True)) == [SECOND]


def test_last_process_before_a_long_outage_is_still_known_when_the_first_is_back(db: None) -> None:
    with travel(NOON):
        say_alive(process=FIRST)
    with travel(NOON + 2 * KEPT):
        assert delete_ended() == 0

    assert list(WebProcess.objects.values_list("pk", flat=True)) == [FIRST]


class TestTimeToReturn:
    """Our own outage is not taken from the time in which people may come back."""

    @pytest.mark.parametrize("back", [FIRST, SECOND], ids=["frozen", "killed"])
    def test_after_a_long_outage_everybody_has_ninety_seconds(self, site: Site, back: uuid.UUID) -> None:
        site.running = set()
        site.until(300)
        site.lose(*BOTH)  # their sockets timed out long ago
        site.running = {back}

        stopped = site.at(318)

        assert (stopped.interrupted_by, stopped.interrupted_at) == (EndReason.SERVER_LOST, later(100))
        assert stopped.return_by == later(318 + 90)

    def test_it_does_not_count_among_the_interruptions(self, site: Site) -> None:
        site.running = set()
        site.until(300)
        site.running = {SECOND}
        site.until(330)
        site.connect(SECOND, *BOTH)

        back = site.at(340)

        # of 232 s, in 202 of which the server was away
        assert (back.state, back.interrupted_seconds) == (State.LIVE, 30)

    def test_one_in_the_middle_of_an_interruption_lets_the_clock_stand(self, site: Site) -> None:
        site.lose("client")
        assert site.at(108).return_by == later(198)
        site.until(120)
        site.running = set()
        site.until(190)
        site.running = {SECOND}

        assert site.at(196).return_by == later(198 + 72)

    def test_an_interruption_that_is_not_ours_counts_in_full(self, site: Site) -> None:
        site.lose("client")
        site.until(150)
        site.connect(FIRST, "client")

        assert site.at(160).interrupted_seconds == 52
