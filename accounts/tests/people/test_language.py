"""The language of pages and mails: the account's, else the cookie's, else the one the browser prefers."""

from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import translation

from accounts.errors import UnknownLanguage
from accounts.models import User
from accounts.people import services as people
from accounts.people import verification

pytestmark = pytest.mark.django_db


def language_of(page: Any) -> str:
    return str(page.headers["Content-Language"])


def choose(client: Client, code: str) -> Any:
    return client.post("/settings/language/", {"language": code, "next": "/consultants/"})


def test_a_visitor_reads_the_language_that_the_browser_prefers(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": "de-AT, en;q=0.5"})
    assert language_of(page) == "de"
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in page.headers["Vary"].split(",")}


def test_a_language_that_we_do_not_have_is_answered_in_english(client: Client) -> None:
    assert language_of(client.get("/", headers={"Accept-Language": "tlh"})) == "en"


def test_a_visitor_chooses_a_language_and_stays_on_the_page(client: Client) -> None:
    answer = choose(client, "de")
    assert answer.headers["Location"] == "/consultants/"
    assert language_of(client.get("/", headers={"Accept-Language": "en"})) == "de"


def test_the_language_of_an_account_counts_more_than_cookie_and_browser(signed_in: Any, clara: User) -> None:
    browser = signed_in(clara)
    choose(browser, "de")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert language_of(browser.get("/", headers={"Accept-Language": "en"})) == "de"
    clara.refresh_from_db()
    assert clara.language == "de"


def test_an_unknown_language_changes_nothing(signed_in: Any, clara: User) -> None:
    answer = choose(signed_in(clara), "xx")
    assert answer.status_code == 422
    with pytest.raises(UnknownLanguage):
        people.set_language(user=clara, code="")
    clara.refresh_from_db()
    assert clara.language == ""


def test_who_signs_up_keeps_the_language_of_the_page(client: Client, db: None) -> None:
    form = {"email": "nina@example.com", "password1": "a-long-test-password", "name": "Nina", "role": "needs"}
    client.post("/accounts/signup/", form, headers={"Accept-Language": "de"})
    assert User.objects.get(email="nina@example.com").language == "de"


def test_a_code_is_mailed_in_the_language_of_its_reader(clara: User) -> None:
    clara.language = "de"
    clara.save(update_fields=["language"])
    clara.emailaddress_set.update(verified=False)
    with translation.override("en"):
        verification.send_code(user=clara)
    assert mail.outbox[-1].subject.endswith(tuple("0123456789"))
    assert "Ihr Code" in mail.outbox[-1].subject
    assert "Minuten" in mail.outbox[-1].body


def test_a_new_password_is_offered_in_the_language_of_the_account(client: Client, clara: User) -> None:
    clara.language = "de"
    clara.save(update_fields=["language"])
    client.post("/accounts/password/reset/", {"email": clara.email}, headers={"Accept-Language": "en"})
    assert "Passwort" in mail.outbox[-1].body
