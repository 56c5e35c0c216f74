"""A pause of 10 or 20 minutes: away to everyone, with the time of return, over by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.test import Client

from accounts import live
from accounts.availability import pauses
from accounts.availability.engaged import clear_engaged, missed_ring, set_engaged
from accounts.availability.leases import callable_now
from accounts.availability.switch import End, set_switch
from accounts.errors import NothingToPause, PauseUnknown
from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import end, hold
from marketplace.core import rules
from marketplace.core.time import travel
from marketplace.live.registry import Ask

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHORT, SECOND = timedelta(seconds=rules.PAUSE_SHORT_SECONDS), timedelta(seconds=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def online(valkey: redis.Redis, conrad: User) -> User:
    hold(valkey, conrad.pk)
    with travel(NOON):
        set_switch(user=conrad, on=True, end=End("2h"))
    return conrad


@pytest.fixture
def paused(online: User) -> User:
    with travel(NOON):
        pauses.pause(user=online, length="short")
    return online


def profile_of(user: User) -> ConsultantProfile:
    return ConsultantProfile.objects.get(user=user)


def as_everybody_sees(user: User, at: datetime) -> str:
    ask = Ask(str(user.pk), None)
    with travel(at):
        return live.consultants([ask])[ask].els[0].html


@pytest.mark.parametrize(("length", "seconds"), list(pauses.PAUSES.items()))
def test_paused_is_away_until_then_with_the_switch_on(online: User, length: str, seconds: int) -> None:
    with travel(NOON):
        profile = pauses.pause(user=online, length=length)
    assert (profile.shown_state, profile.accepting) == (Shown.AWAY, True)
    assert profile.paused_until == NOON + timedelta(seconds=seconds)


def test_everyone_reads_when_they_are_back(paused: User) -> None:
    html = as_everybody_sees(paused, NOON)
    assert "Away<span data-back>, back at <time" in html
    assert 'datetime="2026-03-02T12:10:00Z">12:10 UTC</time>' in html


def test_paused_cannot_be_called_and_over_can_without_any_timer(paused: User) -> None:
    profile = profile_of(paused)
    assert not callable_now(profile, NOON + SHORT - SECOND)
    assert callable_now(profile, NOON + SHORT)


def test_free_now_leaves_out_who_is_paused(paused: User, client: Client) -> None:
    assert "Conrad" not in client.get("/consultants/?now=1").content.decode()
    assert "Conrad" in client.get("/consultants/").content.decode()


def test_it_ends_by_itself_once_and_tells(paused: User, django_capture_on_commit_callbacks: Any) -> None:
    with travel(NOON + SHORT - SECOND):
        assert pauses.end_due() == []
    version = profile_of(paused).presence_version
    with travel(NOON + SHORT), django_capture_on_commit_callbacks() as news:
        assert pauses.end_due() == [paused.pk]
        assert pauses.end_due() == []
    profile = profile_of(paused)
    assert (profile.shown_state, profile.paused_until) == (Shown.AVAILABLE, None)
    assert profile.presence_version == version + 1
    assert {callback.args[0] for callback in news} == {f"c:{paused.pk}", f"u:{paused.pk}"}


def test_i_am_back_ends_it_early_and_keeps_the_end_of_the_switch(paused: User) -> None:
    with travel(NOON + SECOND):
        profile = pauses.end_pause(user=paused)
    assert profile.shown_state == Shown.AVAILABLE
    assert profile.accepting_until == NOON + timedelta(hours=2)


def test_back_twice_from_two_tabs_is_back_once(paused: User) -> None:
    with travel(NOON + SECOND):
        version = pauses.end_pause(user=paused).presence_version
        assert pauses.end_pause(user=paused).presence_version == version


def test_back_without_a_browser_is_not_shown_as_free(valkey: redis.Redis, paused: User) -> None:
    end(valkey, paused.pk)
    with travel(NOON + SECOND):
        assert pauses.end_pause(user=paused).shown_state == Shown.AWAY


def test_a_pause_during_a_call_begins_to_show_after_it(online: User) -> None:
    with travel(NOON):
        set_engaged(person_ids=[online.pk], until=NOON)
        assert pauses.pause(user=online, length="short").shown_state == Shown.BUSY
        clear_engaged(person_ids=[online.pk])
    assert profile_of(online).shown_state == Shown.AWAY


def test_a_second_pause_counts_from_now(paused: User) -> None:
    with travel(NOON + SHORT / 2):
        assert pauses.pause(user=paused, length="short").paused_until == NOON + 1.5 * SHORT


def test_who_is_offline_has_nothing_to_pause(online: User) -> None:
    with travel(NOON):
        set_switch(user=online, on=False)
        with pytest.raises(NothingToPause):
            pauses.pause(user=online, length="short")


def test_who_missed_a_ring_says_that_they_are_back_instead(online: User, clara: User) -> None:
    missed_ring(user_id=online.pk, caller_id=clara.pk, at=NOON)
    with travel(NOON), pytest.raises(NothingToPause):
        pauses.pause(user=online, length="short")


def test_a_pause_of_a_week_is_refused(online: User) -> None:
    with pytest.raises(PauseUnknown):
        pauses.pause(user=online, length="10080")


@pytest.mark.parametrize("on", [True, False])
def test_the_switch_forgets_the_pause(paused: User, on: bool) -> None:
    with travel(NOON + SECOND):
        set_switch(user=paused, on=on)
    assert profile_of(paused).paused_until is None


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain form", "htmx"])
def test_the_desk_pauses_and_comes_back(online: User, signed_in: Any, headers: dict[str, str]) -> None:
    browser: Client = signed_in(online)
    with travel(NOON):
        answer = browser.post("/desk/switch/pause/", {"length": "short"}, headers=headers, follow=True)
        html = answer.content.decode()
        assert "taking a break" in html
        assert ">12:10 UTC</time>" in html
        back = browser.post("/desk/switch/pause/", {"on": "1"}, headers=headers, follow=True)
    assert "Clients can call you now" in back.content.decode()
