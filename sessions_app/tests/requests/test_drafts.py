"""What a visitor writes into a call sheet is kept for two days, and cannot fill the disk."""

from datetime import timedelta
from html import escape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from marketplace.core import rules
from marketplace.core.time import now, travel
from sessions_app.models import Draft
from sessions_app.requests import drafts
from sessions_app.tests.requests.test_call import HTMX, SHEET, typed

KB_7 = "é" * 3500


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(rules, "DRAFTS_PER_HOUR", 2)
    return 2


def test_three_texts_that_are_too_long_together_are_refused_and_given_back(
    client: Client, conrad: User
) -> None:
    sheet = typed(client, topic=KB_7, link=KB_7, snippet=KB_7)
    answer = client.post(SHEET, sheet | {"do": "sign_in"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Your text is 21 kB long and we can save 20 kB." in html
    assert html.count(KB_7) == 3
    assert not Draft.objects.exists() and not Session.objects.exists()


def test_words_beyond_every_limit_come_back_whole(client: Client, conrad: User) -> None:
    words = "<b>word</b> " * 7000
    html = client.post(SHEET, typed(client, snippet=words), headers=HTMX).content.decode()
    assert escape(words) in html


def test_twenty_kilobytes_come_back_after_the_sign_in(client: Client, clara: User, conrad: User) -> None:
    words = "ü" * ((rules.DRAFT_MAX_BYTES - len("Where do I start?")) // 2)
    answer = client.post(SHEET, typed(client, snippet=words))
    client.post(answer["Location"], {"login": clara.email, "password": "a-long-test-password"})
    assert words in client.get(SHEET).content.decode()


def test_browser_has_one_draft_however_often_it_asks(client: Client, conrad: User) -> None:
    for words in ("First", "Second"):
        client.post(SHEET, typed(client, topic=words))
    assert Draft.objects.get().topic == "Second"
    assert "Second" in client.get(SHEET).content.decode()


def test_draft_of_one_browser_is_not_shown_in_another(client: Client, conrad: User) -> None:
    client.post(SHEET, typed(client))
    assert "Where do I start?" not in Client().get(SHEET).content.decode()


def test_address_that_drops_its_cookies_makes_no_rows_without_end(few: int, conrad: User) -> None:
    answers = [Client().post(SHEET, typed(Client())) for _ in range(few + 1)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert Draft.objects.count() == Session.objects.count() == few
    html = answers[-1].content.decode()
    assert "Too many attempts. Try again in" in html and "Where do I start?" in html


def test_other_address_keeps_its_own_count(few: int, conrad: User) -> None:
    for _ in range(few):
        Client().post(SHEET, typed(Client()))
    assert Client(REMOTE_ADDR="203.0.113.7").post(SHEET, typed(Client())).status_code == 302


def test_people_with_an_account_are_not_counted_by_their_address(
    few: int, signed_in: Any, clara: User, conrad: User
) -> None:
    clara.emailaddress_set.update(verified=False)
    browser = signed_in(clara)
    for _ in range(few + 1):
        assert browser.post(SHEET, typed(browser)).status_code == 302


def test_draft_is_gone_after_two_days(client: Client, conrad: User) -> None:
    client.post(SHEET, typed(client))
    with travel(now() + timedelta(days=2, seconds=-5)):
        assert drafts.delete_old() == 0
        assert "Where do I start?" in client.get(SHEET).content.decode()
    with travel(now() + timedelta(days=2)):
        assert "Where do I start?" not in client.get(SHEET).content.decode()
        assert (drafts.delete_old(), drafts.delete_old()) == (1, 0)


def test_new_words_are_kept_two_days_from_then_on(client: Client, conrad: User) -> None:
    with travel(now() - timedelta(days=2)):
        client.post(SHEET, typed(client, topic="Old"))
    client.post(SHEET, typed(client, topic="New"))
    assert drafts.delete_old() == 0
    assert "New" in client.get(SHEET).content.decode()
