"""The popup and the ring as the live layer tells them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import ConsultantProfile, User
from marketplace.core.time import now, travel
from marketplace.live.registry import Ask
from sessions_app.models import Consultation
from sessions_app.requests import live
from sessions_app.requests import place as requests
from sessions_app.tests import stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def asked(clara: User, conrad: User, fund: Any) -> Consultation:
    fund(clara, 5000)
    return stage.ring(clara, conrad, at=now(), topic="<b>Bold</b> question")


def popups(user: User) -> Any:
    ask = Ask(str(user.pk), user.pk)
    return live.incoming([ask])[ask]


def progress(consultation: Consultation, viewer: User) -> Any:
    ask = Ask(str(consultation.pk), viewer.pk)
    return live.progress([ask]).get(ask)


def test_the_consultant_is_shown_who_why_and_what_it_pays(asked: Consultation, conrad: User) -> None:
    news = popups(conrad)
    html = news.els[0].html
    assert news.only == {"req-": [f"req-{asked.pk}"]}
    for words in ("Clara", "16.00", "First call with you", "Accept and join", "Decline", "Not my subject"):
        assert words in html
    assert "&lt;b&gt;Bold" in html


def test_the_client_is_shown_no_popup(asked: Consultation, clara: User) -> None:
    assert popups(clara).only == {"req-": []}


def test_nobody_is_shown_the_popup_of_another(asked: Consultation, conrad: User, stella: User) -> None:
    assert live.incoming([Ask(str(conrad.pk), stella.pk)]) == {}


def test_an_answered_request_leaves_every_tab(asked: Consultation, conrad: User) -> None:
    requests.accept(consultation_id=asked.pk, user=conrad)
    assert popups(conrad).only == {"req-": []}


def test_a_request_whose_time_is_over_leaves_although_no_clock_ran(
    clara: User, conrad: User, fund: Any
) -> None:
    fund(clara)
    stage.ring(clara, conrad, at=now() - timedelta(seconds=61))
    assert popups(conrad).only == {"req-": []}


def test_offline_for_twenty_seconds_it_still_rings_for_forty(clara: User, conrad: User, fund: Any) -> None:
    fund(clara)
    with travel(NOON):
        stage.ring(clara, conrad, at=NOON - timedelta(seconds=20))
        assert "40 seconds left" in popups(conrad).els[0].html


def test_link_and_snippet_come_along(clara: User, conrad: User, fund: Any) -> None:
    fund(clara)
    found = stage.ring(clara, conrad, at=now())
    Consultation.objects.filter(pk=found.pk).update(link="https://example.com/x", snippet="a < b")
    html = popups(conrad).els[0].html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert "a &lt; b" in html


# --- how far it got ------------------------------------------------------------


def test_delivered_then_seen_each_is_a_newer_version(asked: Consultation, clara: User, conrad: User) -> None:
    frame = {"request": str(asked.pk)}
    versions = [progress(asked, clara).els[0].v]
    for act in (live.delivered, live.seen):
        act(conrad.pk, frame)
        versions.append(progress(asked, clara).els[0].v)
    assert versions == sorted(set(versions))
    assert "Clara" not in progress(asked, clara).els[0].html
    assert "Seen" in progress(asked, clara).els[0].html


def test_only_the_consultant_can_have_seen_it(asked: Consultation, clara: User, stella: User) -> None:
    for person in (clara, stella):
        live.seen(person.pk, {"request": str(asked.pk)})
    assert Consultation.objects.get().seen_at is None


@pytest.mark.parametrize("request_key", [None, "", "x", 7, [], {}, "00000000-0000-0000-0000-000000000000"])
def test_an_odd_acknowledgement_changes_nothing(asked: Consultation, conrad: User, request_key: Any) -> None:
    live.delivered(conrad.pk, {"request": request_key})
    assert Consultation.objects.get().delivered_at is None


def test_an_answer_sends_the_ringing_page_on(asked: Consultation, clara: User, conrad: User) -> None:
    requests.accept(consultation_id=asked.pk, user=conrad)
    (go,) = progress(asked, clara).go
    assert (go.url, go.state) == (asked.get_absolute_url(), "ringing")


def test_the_page_on_which_the_consultant_answers_is_not_replaced_while_it_rings(
    asked: Consultation, conrad: User
) -> None:
    live.delivered(conrad.pk, {"request": str(asked.pk)})
    assert progress(asked, conrad).els == []
    requests.decline(consultation_id=asked.pk, user=conrad, reason="busy")
    assert progress(asked, conrad).go


def test_a_stranger_hears_nothing_of_it(asked: Consultation, stella: User) -> None:
    assert progress(asked, stella) is None


# --- the same by an ordinary request, where sockets are blocked ----------------------------------


def told(browser: Client, call: Consultation, what: str) -> int:
    return browser.post(f"/consultations/{call.pk}/told/", {"t": what}).status_code


def test_a_poll_can_say_delivered_and_seen(asked: Consultation, signed_in: Any, conrad: User) -> None:
    for what in ("delivered", "seen", "seen"):
        assert told(signed_in(conrad), asked, what) == 204
    asked.refresh_from_db()
    assert asked.delivered_at
    assert asked.seen_at


def test_nobody_else_says_delivered(
    asked: Consultation, signed_in: Any, clara: User, conrad: User, stella: User
) -> None:
    assert told(signed_in(stella), asked, "seen") == 404
    assert told(signed_in(clara), asked, "seen") == 204
    assert told(signed_in(conrad), asked, "accept") == 400
    asked.refresh_from_db()
    assert asked.seen_at is None


# --- late and lost ---------------------------------------------------------------------------------


def ring_page(clara: User, conrad: User, seconds: int) -> str:
    with travel(NOON):
        call = stage.ring(clara, conrad, at=NOON - timedelta(seconds=seconds))
        return str(progress(call, clara).els[0].html)


def test_before_five_seconds_it_is_on_its_way(clara: User, conrad: User, fund: Any) -> None:
    fund(clara)
    html = ring_page(clara, conrad, 2)
    assert re.search(r'<li data-until="\d+">', html)
    assert re.search(r'<li class="is-late" data-from="\d+" hidden>', html)


def test_after_five_seconds_it_says_not_delivered_yet(clara: User, conrad: User, fund: Any) -> None:
    fund(clara)
    html = ring_page(clara, conrad, 6)
    assert re.search(r'<li data-until="\d+" hidden>', html)
    assert re.search(r'<li class="is-late" data-from="\d+">.*Not delivered yet', html)


def test_a_lost_connection_is_a_newer_version_and_is_said(
    asked: Consultation, clara: User, conrad: User
) -> None:
    before = progress(asked, clara).els[0]
    live.seen(conrad.pk, {"request": str(asked.pk)})
    seen = progress(asked, clara).els[0]
    profiles = ConsultantProfile.objects.filter(user=conrad)
    profiles.update(unreachable_since=now(), presence_version=F("presence_version") + 1)
    lost = progress(asked, clara).els[0]
    assert before.v < seen.v < lost.v
    assert "connection was lost. They may come back." in lost.html
    assert "connection was lost" not in seen.html
