"""Online for 1 h, 2 h, until the end of today's hours or a time of one's own, then off by itself."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import redis
from django.test import Client

from accounts import live
from accounts.availability.leases import callable_now
from accounts.availability.reach import settle, shown_as_something
from accounts.availability.switch import End, end_due, set_end, set_switch
from accounts.errors import EndNotUsable, HoursOver, SwitchIsOff
from accounts.models import ConsultantProfile, Shown, User, UsualHours
from accounts.tests.availability.leases import hold
from marketplace.core import rules
from marketplace.core.time import travel
from marketplace.live.registry import Ask

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def here(valkey: redis.Redis, conrad: User) -> User:
    """Conrad in Oslo, reachable, with usual hours on Mondays."""
    hold(valkey, conrad.pk)
    conrad.time_zone = "Europe/Oslo"
    conrad.save(update_fields=["time_zone"])
    UsualHours.objects.create(profile=conrad.profile, weekday=0, opens=time(9), closes=time(16, 30))
    return conrad


def online(user: User, kind: str, own: str = "", *, at: datetime = NOON) -> ConsultantProfile:
    with travel(at):
        return set_switch(user=user, on=True, end=End(kind, own))


@pytest.mark.parametrize(
    ("kind", "own", "until"),
    [
        ("1h", "", NOON + HOUR),
        ("2h", "", NOON + 2 * HOUR),
        ("today", "", datetime(2026, 3, 2, 15, 30, tzinfo=UTC)),
        ("own", "16:45", datetime(2026, 3, 2, 15, 45, tzinfo=UTC)),
        ("own", "00:30", datetime(2026, 3, 2, 23, 30, tzinfo=UTC)),
        ("own", "16.45", datetime(2026, 3, 2, 15, 45, tzinfo=UTC)),
        ("own", "45", NOON + timedelta(minutes=45)),
        ("longest", "", None),
    ],
)
def test_the_end_that_was_chosen_is_kept(here: User, kind: str, own: str, until: datetime | None) -> None:
    assert online(here, kind, own).accepting_until == until


@pytest.mark.parametrize(
    "own", ["", "0", "13:00", "721", "9999", "25:00", "soon", "-5", "１３", "16,30", "16:30Z"]
)
def test_an_end_that_is_no_time_ahead_is_refused_and_nothing_changes(here: User, own: str) -> None:
    with pytest.raises(EndNotUsable):
        online(here, "own", own)
    assert not ConsultantProfile.objects.get(user=here).accepting


@pytest.mark.parametrize("at", [NOON + 4 * HOUR, NOON + 24 * HOUR], ids=["over", "no hours that day"])
def test_hours_that_do_not_lie_ahead_are_no_end(here: User, at: datetime) -> None:
    with pytest.raises(HoursOver):
        online(here, "today", at=at)


def test_hours_of_which_the_end_is_too_far_away_are_no_end(here: User) -> None:
    with pytest.raises(EndNotUsable):
        online(here, "today", at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))


def test_it_goes_off_by_itself_and_tells(here: User, django_capture_on_commit_callbacks: Any) -> None:
    online(here, "1h")
    with travel(NOON + HOUR - SECOND):
        assert end_due() == []
    with travel(NOON + HOUR), django_capture_on_commit_callbacks() as news:
        assert end_due() == [here.pk]
        assert end_due() == []
    profile = ConsultantProfile.objects.get(user=here)
    assert (profile.shown_state, profile.accepting_until) == (Shown.OFFLINE, None)
    assert {callback.args[0] for callback in news} == {f"c:{here.pk}", f"u:{here.pk}"}


def test_over_but_the_timer_never_fired_cannot_be_called(here: User) -> None:
    profile = online(here, "1h")
    assert callable_now(profile, NOON + HOUR - SECOND)
    assert not callable_now(profile, NOON + HOUR)


def test_whoever_looks_after_the_end_sees_offline_without_the_timer(here: User) -> None:
    online(here, "1h")
    with travel(NOON + HOUR):
        settle(user_ids=shown_as_something())
    assert ConsultantProfile.objects.get(user=here).shown_state == Shown.OFFLINE


def test_another_end_is_chosen_without_going_off(here: User) -> None:
    version = online(here, "1h").presence_version
    with travel(NOON + HOUR / 2):
        profile = set_end(user=here, end=End("2h"))
    assert profile.accepting_until == NOON + 2.5 * HOUR
    assert (profile.shown_state, profile.presence_version) == (Shown.AVAILABLE, version + 1)
    assert callable_now(profile, NOON + 2 * HOUR)


def test_no_end_is_never_later_than_twelve_hours(here: User) -> None:
    profile = online(here, "longest")
    assert profile.online_until == NOON + timedelta(seconds=rules.SWITCH_MAX_SECONDS)


def test_coming_back_keeps_the_chosen_end(here: User) -> None:
    online(here, "2h")
    with travel(NOON + HOUR):
        assert set_switch(user=here, on=True).accepting_until == NOON + 2 * HOUR


def test_an_end_that_is_over_is_not_kept(here: User) -> None:
    online(here, "1h")
    with travel(NOON + 2 * HOUR):
        assert set_switch(user=here, on=True).accepting_until is None


@pytest.mark.parametrize("off", [True, False], ids=["switched off", "time is over"])
def test_who_is_offline_has_no_end_to_change(here: User, off: bool) -> None:
    online(here, "1h")
    with travel(NOON + (0 * HOUR if off else HOUR)):
        if off:
            set_switch(user=here, on=False)
        with pytest.raises(SwitchIsOff):
            set_end(user=here, end=End("2h"))


# --- the hour that comes twice, the hour that is left out -------------------------------------------


def test_half_past_two_comes_twice_when_summer_time_ends(here: User) -> None:
    first_half_past = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert online(here, "own", "02:30", at=first_half_past - HOUR).accepting_until == first_half_past
    again = online(here, "own", "02:30", at=first_half_past + SECOND)
    assert again.accepting_until == first_half_past + HOUR


def test_half_past_two_is_left_out_when_summer_time_begins(here: User) -> None:
    at = datetime(2026, 3, 28, 23, 45, tzinfo=UTC)
    assert online(here, "own", "02:30", at=at).accepting_until == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


# --- the desk ---------------------------------------------------------------------------------------


def press(browser: Client, path: str = "", **more: Any) -> str:
    answer = browser.post(f"/desk/switch/{path}", more, headers=HTMX)
    return " ".join(answer.content.decode().split())


def test_the_desk_says_until_when_in_their_zone(here: User, signed_in: Any) -> None:
    with travel(NOON):
        html = press(signed_in(here), on="1", end="own", own="16:30")
    assert "You are online until <time" in html
    assert ">16:30</time>" in html
    assert 'role="switch" aria-checked="true"' in html


def test_the_end_is_said_once_also_during_a_break(here: User, signed_in: Any) -> None:
    browser = signed_in(here)
    with travel(NOON):
        free = press(browser, on="1", end="own", own="16:30")
        paused = press(browser, "pause/", length="short")
    assert re.findall("nline until|Change the end time", free) == ["nline until", "Change the end time"]
    assert re.findall("nline until|Change the end time", paused) == ["nline until"]


def test_todays_hours_are_offered_only_while_they_lie_ahead(here: User, signed_in: Any) -> None:
    browser = signed_in(here)
    with travel(NOON):
        assert "End of today’s hours, 16:30" in browser.get("/desk/").content.decode()
    with travel(NOON + 4 * HOUR):
        assert "End of today’s hours" not in browser.get("/desk/").content.decode()


def test_a_refused_end_keeps_what_was_typed(here: User, signed_in: Any) -> None:
    with travel(NOON):
        html = press(signed_in(here), on="1", end="own", own="13:00")
    assert 'value="13:00"' in html
    assert '<option value="own" selected>' in html
    assert "at most 12 hours ahead" in html


def test_without_javascript_the_same_forms_lead_back_to_the_desk(here: User, signed_in: Any) -> None:
    browser = signed_in(here)
    with travel(NOON):
        browser.post("/desk/switch/", {"on": "1", "end": "1h"})
        answer = browser.post("/desk/switch/end/", {"end": "2h"}, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert ConsultantProfile.objects.get(user=here).accepting_until == NOON + 2 * HOUR


def test_the_other_tab_shows_the_new_end(here: User) -> None:
    online(here, "1h")
    ask = Ask(str(here.pk), here.pk)
    with travel(NOON):
        set_end(user=here, end=End("2h"))
        switch = live.switches([ask])[ask].els[0]
    assert ">15:00</time>" in switch.html
    assert switch.v == ConsultantProfile.objects.get(user=here).presence_version


def test_a_stranger_changes_nobodys_end(here: User, stella: User, signed_in: Any) -> None:
    before = online(here, "1h")
    browser = signed_in(stella)
    for path in ("end/", "pause/", ""):
        browser.post(f"/desk/switch/{path}", {"end": "2h", "on": "1", "length": "short"})
    after = ConsultantProfile.objects.get(user=here)
    assert (after.accepting_until, after.presence_version) == (
        before.accepting_until,
        before.presence_version,
    )
