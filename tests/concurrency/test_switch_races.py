"""The switch, pressed at the moment when a ring runs out, a pause ends, or its person may not be called."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from accounts.availability import pauses
from accounts.availability.switch import set_switch
from accounts.models import ConsultantProfile, Shown, User
from accounts.people import services as people
from accounts.profiles import services as profiles
from marketplace.core import rules
from marketplace.core.time import travel
from marketplace.embedded.processes import wait_until
from sessions_app.models import Consultation, Event
from sessions_app.requests import place as requests
from sessions_app.states import SET_AWAY, State
from sessions_app.tests import stage
from tests.support.race import losers, race, winners

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OVER = NOON + timedelta(seconds=rules.RING_SECONDS)


@pytest.fixture
def ringing(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    fund(clara, 5000)
    ringing = stage.ring(clara, conrad, at=NOON)
    with travel(NOON):
        return requests.mark_delivered(consultation_id=ringing.pk, user=conrad)


def at(moment: datetime, work: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        with travel(moment):
            return work()

    return run


def expire(pk: uuid.UUID) -> Callable[[], object]:
    return at(OVER, lambda: requests.expire(consultation_id=pk))


def test_two_processes_that_see_the_ring_run_out_count_one_miss(ringing: Consultation, conrad: User) -> None:
    outcomes = race(*[expire(ringing.pk)] * 4)
    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == ["RequestOver"] * 3
    assert ConsultantProfile.objects.get(user=conrad).missed_in_row == 1
    assert Event.objects.filter(kind=SET_AWAY).count() == 1


def test_accepted_in_the_last_moment_is_no_miss(ringing: Consultation, conrad: User) -> None:
    accept = at(
        OVER - timedelta(milliseconds=1),
        lambda: requests.accept(consultation_id=ringing.pk, user=conrad),
    )
    outcomes = race(accept, expire(ringing.pk))
    assert len(winners(outcomes)) == 1
    state, profile = Consultation.objects.get().state, ConsultantProfile.objects.get(user=conrad)
    assert (state, profile.missed_in_row) in [(State.ACCEPTED, 0), (State.EXPIRED, 1)]


def test_a_press_on_the_switch_does_not_undo_the_half_hour(ringing: Consultation, conrad: User) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(missed_in_row=rules.MISSES_TO_KEEP_OFF - 1)
    press = at(OVER, lambda: set_switch(user=conrad, on=True))
    race(expire(ringing.pk), press, press)
    profile = ConsultantProfile.objects.get(user=conrad)
    assert (profile.accepting, profile.missed_in_row) == (False, rules.MISSES_TO_KEEP_OFF)
    assert profile.kept_off_until == OVER + timedelta(seconds=rules.KEPT_OFF_SECONDS)
    assert profile.shown_state == Shown.OFFLINE


def test_a_pause_that_begins_with_the_request_lets_one_of_them_through(
    clara: User, conrad: User, fund: Callable[..., None]
) -> None:
    fund(clara, 5000)
    with travel(NOON):
        set_switch(user=conrad, on=True)
    ConsultantProfile.objects.filter(user=conrad).update(unreachable_since=None)

    def place() -> Consultation:
        return requests.place_request(
            client=clara,
            profile=ConsultantProfile.objects.get(user=conrad),
            question=requests.asked(topic="Now?"),
            request_key=uuid.uuid4(),
        )

    race(at(NOON, place), at(NOON, lambda: pauses.pause(user=conrad, length="short")))
    profile = ConsultantProfile.objects.get(user=conrad)
    rings = Consultation.objects.filter(state=State.RINGING).exists()
    assert profile.shown_state == (Shown.BUSY if rings else Shown.AWAY)


def give_up_the_role(pk: int) -> None:
    people.set_roles(user=User.objects.get(pk=pk), needs_help=True, gives_help=False)


def test_nobody_is_online_who_gives_no_help_however_the_presses_meet(conrad: User) -> None:
    for _ in range(4):
        User.objects.update(gives_help=True)
        race(*[lambda: set_switch(user=conrad, on=True), lambda: give_up_the_role(conrad.pk)] * 2)
        assert not User.objects.get(pk=conrad.pk).gives_help
        assert not ConsultantProfile.objects.get(user=conrad).accepting


def test_a_role_that_is_given_up_between_the_look_and_the_switch_ends_offline(conrad: User) -> None:
    looked, given_up = threading.Event(), threading.Event()

    def verified(person: User) -> bool:
        """The last look before the switch is turned: now the role is given up, or waits."""
        looked.set()
        return wait_until(lambda: given_up.is_set() or somebody_waits_for_a_lock(), 20)

    def give_up() -> None:
        looked.wait(20)
        give_up_the_role(conrad.pk)
        given_up.set()

    with patch.object(User, "email_verified", property(verified)):
        race(lambda: set_switch(user=conrad, on=True), give_up)
    assert given_up.is_set()
    assert not ConsultantProfile.objects.get(user=conrad).accepting


def test_a_profile_sent_back_between_the_look_and_the_switch_stays_offline(conrad: User, ada: User) -> None:
    """Staff write the profile's row, which the press looks at again when it writes."""

    def verified(person: User) -> bool:
        race(lambda: profiles.refuse(profile=conrad.profile, by=ada, note="Say more."))
        return True

    with patch.object(User, "email_verified", property(verified)):
        assert losers(race(lambda: set_switch(user=conrad, on=True))) == ["NotApproved"]
    assert not ConsultantProfile.objects.get(user=conrad).accepting


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_four_processes_end_a_pause_once(conrad: User) -> None:
    with travel(NOON):
        set_switch(user=conrad, on=True)
        version = pauses.pause(user=conrad, length="short").presence_version
    over = NOON + timedelta(seconds=rules.PAUSE_SHORT_SECONDS)
    outcomes = race(*[at(over, pauses.end_due)] * 4)
    assert sorted(outcomes) == [[], [], [], [conrad.pk]]
    assert ConsultantProfile.objects.get(user=conrad).presence_version == version + 1
