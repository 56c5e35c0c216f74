"""Rings missed in a row: away, switched off, kept off for half an hour; an answer ends the row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.test import Client

from accounts import live
from accounts.availability import pauses
from accounts.availability.engaged import answered, missed_ring
from accounts.availability.leases import callable_now
from accounts.availability.switch import set_switch
from accounts.errors import SwitchKeptOff
from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import hold
from marketplace.core import rules
from marketplace.core.time import travel
from marketplace.live.registry import Ask

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEPT_OFF, SECOND = timedelta(seconds=rules.KEPT_OFF_SECONDS), timedelta(seconds=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def online(valkey: redis.Redis, conrad: User) -> User:
    hold(valkey, conrad.pk)
    return conrad


def miss(user: User, caller: User, times: int, *, at: datetime = NOON) -> ConsultantProfile:
    """So many in a row, coming back after each but the last."""
    with travel(at):
        for _ in range(times):
            set_switch(user=user, on=True)
            assert missed_ring(user_id=user.pk, caller_id=caller.pk, at=at)
    return ConsultantProfile.objects.get(user=user)


def own_pieces(user: User, at: datetime = NOON) -> dict[str, str]:
    ask = Ask(str(user.pk), user.pk)
    with travel(at):
        return {el.id: " ".join(el.html.split()) for el in live.switches([ask])[ask].els}


def test_the_first_is_away_the_second_is_off(online: User, clara: User) -> None:
    first = miss(online, clara, 1)
    assert (first.shown_state, first.accepting) == (Shown.AWAY, True)
    second = miss(online, clara, 1)
    assert (second.shown_state, second.accepting, second.missed_in_row) == (Shown.OFFLINE, False, 2)
    assert second.kept_off_until is None
    assert not callable_now(second, NOON)


def test_one_press_comes_back_from_the_second(online: User, clara: User) -> None:
    miss(online, clara, 2)
    with travel(NOON):
        back = set_switch(user=online, on=True)
    assert (back.shown_state, back.missed_ring_at) == (Shown.AVAILABLE, None)
    assert back.missed_in_row == 2


def test_after_the_third_nobody_comes_back_for_half_an_hour(online: User, clara: User) -> None:
    assert miss(online, clara, 3).kept_off_until == NOON + KEPT_OFF
    with travel(NOON + KEPT_OFF - SECOND), pytest.raises(SwitchKeptOff) as refused:
        set_switch(user=online, on=True)
    assert "3 calls in a row" in refused.value.message
    assert "before 12:30 UTC" in refused.value.message
    with travel(NOON + KEPT_OFF):
        assert set_switch(user=online, on=True).shown_state == Shown.AVAILABLE


def test_switching_off_does_not_shorten_the_half_hour(online: User, clara: User) -> None:
    miss(online, clara, 3)
    with travel(NOON + SECOND):
        set_switch(user=online, on=False)
        with pytest.raises(SwitchKeptOff):
            set_switch(user=online, on=True)


def test_the_fourth_in_a_row_is_half_an_hour_again(online: User, clara: User) -> None:
    miss(online, clara, 3)
    later = NOON + 2 * KEPT_OFF
    assert miss(online, clara, 1, at=later).kept_off_until == later + KEPT_OFF


def test_an_answer_ends_the_row(online: User, clara: User) -> None:
    miss(online, clara, 1)
    answered(user_id=online.pk, asked=2, taken=1, seconds=9, in_time=True)
    assert miss(online, clara, 1).shown_state == Shown.AWAY


def test_a_ring_that_ran_out_ends_no_row(online: User, clara: User) -> None:
    miss(online, clara, 1)
    answered(user_id=online.pk, asked=2, taken=1, seconds=9, in_time=False)
    assert miss(online, clara, 1).shown_state == Shown.OFFLINE


def test_the_end_of_the_half_hour_is_told_once(
    online: User, clara: User, django_capture_on_commit_callbacks: Any
) -> None:
    version = miss(online, clara, 3).presence_version
    with travel(NOON + KEPT_OFF), django_capture_on_commit_callbacks() as news:
        assert pauses.end_due() == [online.pk]
        assert pauses.end_due() == []
    assert ConsultantProfile.objects.get(user=online).presence_version == version + 1
    assert f"u:{online.pk}" in {callback.args[0] for callback in news}


# --- what they read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "words", "button"),
    [
        (1, "You missed a call from <bdi>Clara</bdi> at <time", True),
        (2, "You missed 2 calls in a row, the last one from <bdi>Clara</bdi> at <time", True),
        (3, "You missed 3 calls in a row, the last one from <bdi>Clara</bdi> at <time", False),
    ],
)
def test_desk_and_every_other_page_say_it(
    online: User, clara: User, times: int, words: str, button: bool
) -> None:
    miss(online, clara, times)
    for html in own_pieces(online).values():
        assert words in html
        assert ("I am back</button>" in html) is button


def test_the_time_of_coming_back_is_said_in_their_zone(online: User, clara: User) -> None:
    User.objects.filter(pk=online.pk).update(time_zone="Asia/Tokyo")
    miss(online, clara, 3)
    for html in own_pieces(online).values():
        assert ">21:30</time>." in html


def test_after_the_half_hour_one_press_is_offered(online: User, clara: User) -> None:
    miss(online, clara, 3)
    words = own_pieces(online, NOON + KEPT_OFF)[f"switch-{online.pk}"]
    assert "Press <b>I am back</b> to go online again." in words


def test_the_notice_is_empty_while_nothing_was_missed(online: User) -> None:
    html = own_pieces(online)[f"missed-{online.pk}"]
    assert html.endswith('role="status"></div>')


def test_the_notice_comes_with_the_version_that_raised_it(online: User, clara: User) -> None:
    version = miss(online, clara, 1).presence_version
    assert f'data-v="{version}"' in own_pieces(online)[f"missed-{online.pk}"]


def test_pressing_too_early_is_answered_with_the_time(online: User, clara: User, signed_in: Any) -> None:
    miss(online, clara, 3)
    browser: Client = signed_in(online)
    with travel(NOON):
        answer = browser.post("/desk/switch/", {"on": "1"}, headers=HTMX)
        page = browser.post("/desk/switch/", {"on": "1"}, follow=True)
    assert answer.status_code == 409
    for html in (answer.content.decode(), page.content.decode()):
        assert "cannot go online before 12:30 UTC" in " ".join(html.split())


def test_the_notice_of_an_old_tab_leads_to_the_desk(online: User, clara: User, signed_in: Any) -> None:
    miss(online, clara, 2)
    with travel(NOON):
        answer = signed_in(online).post("/desk/switch/", {"on": "1"}, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert ConsultantProfile.objects.get(user=online).shown_state == Shown.AVAILABLE
