"""The desk: words and numbers from real rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import ConsultantProfile, User
from marketplace.core.time import travel
from sessions_app.tests import stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def desk(browser: Client) -> str:
    return browser.get("/desk/").content.decode()


def test_an_empty_desk_says_how_to_be_called(signed_in: Any, conrad: User) -> None:
    html = desk(signed_in(conrad))
    assert "No requests yet" in html
    assert 'aria-checked="false"' in html
    assert "View profile" in html
    assert "Before clients can call you" not in html


def test_an_empty_desk_says_who_searched_its_skills(client: Client, signed_in: Any, conrad: User) -> None:
    assert "searched for your skills" not in desk(signed_in(conrad))
    client.get("/consultants/?skill=django")
    assert "<b>1 person</b> searched for your skills in the last hour" in desk(signed_in(conrad))


def test_what_is_missing_is_named_with_its_way(signed_in: Any, conrad: User) -> None:
    conrad.emailaddress_set.update(verified=False)
    html = desk(signed_in(conrad))
    assert "Before clients can call you" in html
    assert "/accounts/verify/?next=/desk/" in html


def test_who_gives_no_help_is_offered_to(signed_in: Any, clara: User) -> None:
    html = desk(signed_in(clara))
    assert "Give help" in html
    assert 'role="switch"' not in html


def test_requests_are_listed_and_counted(signed_in: Any, clara: User, conrad: User, fund: Any) -> None:
    fund(clara)
    browser = signed_in(conrad)
    with travel(NOON):  # at midnight the day of the page would be another one than that of the ring
        stage.ring(clara, conrad, at=NOON - timedelta(seconds=5), topic="Where do I start?")
        html = desk(browser)
    assert "Where do I start?" in html
    assert "<b>1</b><small>0 accepted</small>" in html


def test_the_words_follow_the_shown_state(signed_in: Any, conrad: User) -> None:
    for state, words in (("available", "call you now"), ("away", "cannot reach your browser")):
        ConsultantProfile.objects.filter(user=conrad).update(accepting=True, shown_state=state)
        assert words in desk(signed_in(conrad))


def test_signed_out_goes_to_the_sign_in(client: Client) -> None:
    assert client.get("/desk/").status_code == 302
