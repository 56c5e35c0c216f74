"""Away after a missed ring: who is, what they and everybody else see, and how they come back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.db import transaction
from django.test import Client

from accounts import live
from accounts.availability.engaged import clear_engaged, missed_ring, set_engaged
from accounts.availability.leases import callable_now
from accounts.availability.reach import settle
from accounts.availability.switch import end_due, set_switch
from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import end, hold
from marketplace.core import rules
from marketplace.core.time import now, travel
from marketplace.live.registry import Ask

AT = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
LONGEST = timedelta(seconds=rules.SWITCH_MAX_SECONDS)


@pytest.fixture
def online(valkey: redis.Redis, conrad: User) -> User:
    """Conrad, shown as free."""
    hold(valkey, conrad.pk)
    set_switch(user=conrad, on=True)
    return conrad


@pytest.fixture
def missed(online: User, clara: User) -> User:
    """Conrad, after Clara rang in vain."""
    assert miss(online, clara)
    return online


def miss(consultant: User, caller: User, at: datetime = AT) -> bool:
    with transaction.atomic(durable=True):
        return missed_ring(user_id=consultant.pk, caller_id=caller.pk, at=at)


def profile_of(user: User) -> ConsultantProfile:
    return ConsultantProfile.objects.get(user=user)


def shown(user: User) -> str:
    return profile_of(user).shown_state


def own_switch(user: User) -> str:
    """As the socket brings it to every tab of this person."""
    ask = Ask(str(user.pk), user.pk)
    return live.switches([ask])[ask].els[0].html


def test_a_missed_ring_is_away_and_cannot_be_called_with_the_switch_on(missed: User) -> None:
    profile = profile_of(missed)
    assert (profile.shown_state, profile.accepting) == (Shown.AWAY, True)
    assert not callable_now(profile, now())


def test_whoever_asks_with_an_old_copy_cannot_call_either(online: User, clara: User) -> None:
    read_before = profile_of(online)
    assert callable_now(read_before, now())
    miss(online, clara)
    assert not callable_now(read_before, now())


def test_switching_on_again_is_coming_back(missed: User) -> None:
    assert set_switch(user=missed, on=True).shown_state == Shown.AVAILABLE
    assert callable_now(profile_of(missed), now())


def test_switching_off_and_on_forgets_the_missed_ring(missed: User) -> None:
    assert set_switch(user=missed, on=False).shown_state == Shown.OFFLINE
    profile = profile_of(missed)
    assert (profile.missed_ring_at, profile.missed_caller) == (None, None)
    assert set_switch(user=missed, on=True).shown_state == Shown.AVAILABLE


def test_a_switch_that_ends_by_itself_forgets_the_missed_ring(missed: User) -> None:
    with travel(now() + LONGEST):
        assert end_due() == [missed.pk]
    assert profile_of(missed).missed_ring_at is None


def test_in_a_consultation_is_busy_and_away_again_after(missed: User) -> None:
    set_engaged(person_ids=[missed.pk], until=now())
    assert shown(missed) == Shown.BUSY
    assert "I am back</button>" not in own_switch(missed)
    clear_engaged(person_ids=[missed.pk])
    assert shown(missed) == Shown.AWAY


def test_missed_while_still_engaged_is_busy_until_that_is_over(online: User, clara: User) -> None:
    set_engaged(person_ids=[online.pk], until=now())
    miss(online, clara)
    assert shown(online) == Shown.BUSY
    clear_engaged(person_ids=[online.pk])
    assert shown(online) == Shown.AWAY


def test_a_lost_and_found_browser_alone_does_not_bring_back(valkey: redis.Redis, missed: User) -> None:
    end(valkey, missed.pk)
    settle(user_ids=[missed.pk])
    hold(valkey, missed.pk)
    settle(user_ids=[missed.pk])
    assert shown(missed) == Shown.AWAY


def test_a_demo_lease_misses_nothing(online: User, clara: User) -> None:
    ConsultantProfile.objects.filter(user=online).update(demo_lease=True)
    version = profile_of(online).presence_version
    assert not miss(online, clara)
    assert profile_of(online).missed_ring_at is None
    assert profile_of(online).presence_version == version


def test_who_switched_off_while_it_rang_stays_offline(online: User, clara: User) -> None:
    set_switch(user=online, on=False)
    assert not miss(online, clara)
    assert shown(online) == Shown.OFFLINE


def test_everybody_who_watches_is_told_after_the_commit(
    online: User, clara: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as news:
        missed_ring(user_id=online.pk, caller_id=clara.pk, at=AT)
    assert {callback.args[0] for callback in news} == {f"c:{online.pk}", f"u:{online.pk}"}


def test_a_page_that_watches_gets_the_word_and_loses_the_button(online: User, clara: User) -> None:
    ask = Ask(str(online.pk), None)
    before = {el.id: el for el in live.consultants([ask])[ask].els}
    miss(online, clara)
    after = {el.id: el for el in live.consultants([ask])[ask].els}
    assert "Call now" in before[f"cta-{online.pk}"].html
    assert "Call now" not in after[f"cta-{online.pk}"].html
    assert "Away" in after[f"pr-{online.pk}"].html
    assert all(after[key].v > before[key].v for key in before)


# --- the desk -------------------------------------------------------------------------------------------


def test_every_tab_says_who_rang_and_when_in_their_own_zone(missed: User) -> None:
    User.objects.filter(pk=missed.pk).update(time_zone="Asia/Tokyo")
    html = own_switch(missed)
    assert "You missed a call from <bdi>Clara</bdi> at " in html
    assert ">23:02</time>, so clients see you as away." in html
    assert "I am back</button>" in html
    assert 'aria-checked="true"' in html


def test_without_a_known_zone_the_time_says_which_it_is(missed: User) -> None:
    assert ">14:02 UTC</time>" in own_switch(missed)


def test_page_and_socket_show_the_same_switch(missed: User, signed_in: Any) -> None:
    User.objects.filter(pk=missed.pk).update(time_zone="Europe/Oslo")
    page = signed_in(missed).get("/desk/").content.decode()
    words = own_switch(missed).partition('<p class="switch-words"')[2].partition("</p>")[0]
    assert "You missed a call from <bdi>Clara</bdi> at " in words
    assert words in page
    assert ">Away</span></p>" in page


def test_the_words_hold_when_the_caller_is_gone(missed: User) -> None:
    ConsultantProfile.objects.filter(user=missed).update(missed_caller=None)
    assert "You missed a call at " in own_switch(missed)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain form", "htmx"])
def test_i_am_back_is_one_press(missed: User, signed_in: Any, headers: dict[str, str]) -> None:
    browser: Client = signed_in(missed)
    html = browser.post("/desk/switch/", {"on": "1"}, headers=headers, follow=True).content.decode()
    assert "Clients can call you now" in html
    for now_shown in (html, own_switch(missed)):
        assert "You missed" not in now_shown
        assert "I am back</button>" not in now_shown
    assert shown(missed) == Shown.AVAILABLE
