"""The code that proves an e-mail address: right, wrong, late, too often, and a changed address."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models import F
from django.http import HttpResponse
from django.test import Client

from accounts.errors import CodeOver, CodesUsedUp, CodeTooSoon, CodeWrong, EmailTaken
from accounts.models import EmailCode, User
from accounts.people import mails, verification
from tests.support import cast
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db
URL = "/accounts/verify/"


@pytest.fixture
def nora(client: Client) -> User:
    """Signed in, her address not confirmed yet."""
    user = cast.person("nora", verified=False)
    client.force_login(user)
    return user


def code() -> str:
    found = re.search(r"^\s+(\d{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    return found[1]


def confirm(user: User, typed: str) -> User:
    return verification.confirm(user=user, code=typed, way_back_url=lambda secret: f"/back/{secret}")


def wrong_code() -> str:
    return f"{(int(code()) + 1) % 1_000_000:06d}"


def time_passes(**span: int) -> None:
    ago = timedelta(**span)
    EmailCode.objects.update(sent_at=F("sent_at") - ago, expires_at=F("expires_at") - ago)


def test_the_code_confirms_and_leads_back_to_where_one_was(client: Client, nora: User) -> None:
    client.post("/accounts/verify/send/", {"next": "/wallet/"})
    answer = client.post(URL, {"code": code(), "next": "/wallet/"})
    assert answer["Location"] == "/wallet/"
    assert nora.email_verified
    assert not EmailCode.objects.exists()


def test_looking_at_the_page_sends_nothing(client: Client, nora: User) -> None:
    assert "Send me the code" in client.get(URL).content.decode()
    assert mail.outbox == []


def test_the_code_may_be_typed_with_spaces(nora: User) -> None:
    verification.send_code(user=nora)
    confirm(nora, f" {code()[:3]} {code()[3:]} ")
    assert nora.email_verified


def test_a_wrong_code_is_said_with_the_tries_that_are_left(client: Client, nora: User) -> None:
    client.post("/accounts/verify/send/")
    answer = client.post(URL, {"code": wrong_code()})
    assert answer.status_code == 422
    assert "You have 4 tries left" in answer.content.decode()
    assert not nora.email_verified


def test_after_five_wrong_codes_the_right_one_does_not_count(nora: User) -> None:
    verification.send_code(user=nora)
    for _ in range(4):
        with pytest.raises(CodeWrong):
            confirm(nora, wrong_code())
    for guess in (wrong_code(), code()):
        with pytest.raises(CodeOver):
            confirm(nora, guess)


def test_a_code_counts_for_15_minutes(nora: User) -> None:
    verification.send_code(user=nora)
    time_passes(minutes=15, seconds=1)
    with pytest.raises(CodeOver):
        confirm(nora, code())


def test_a_code_counts_once(nora: User) -> None:
    verification.send_code(user=nora)
    confirm(nora, code())
    with pytest.raises(CodeOver):
        confirm(nora, code())


def test_only_the_newest_code_counts(nora: User) -> None:
    verification.send_code(user=nora)
    old = code()
    time_passes(seconds=61)
    verification.send_code(user=nora)
    if old != code():
        with pytest.raises(CodeWrong):
            confirm(nora, old)


def test_a_second_mail_within_a_minute_is_refused_with_the_seconds(client: Client, nora: User) -> None:
    client.post("/accounts/verify/send/")
    answer = client.post("/accounts/verify/send/", follow=True)
    assert re.search(r"new one in (5\d|60) seconds", answer.content.decode())
    assert len(mail.outbox) == 1


def test_a_second_mail_after_a_minute_is_sent(nora: User) -> None:
    verification.send_code(user=nora)
    with pytest.raises(CodeTooSoon):
        verification.send_code(user=nora)
    time_passes(seconds=61)
    verification.send_code(user=nora)
    assert len(mail.outbox) == 2


def test_after_twenty_codes_in_a_day_no_more_is_sent(nora: User) -> None:
    for _ in range(20):
        verification.send_code(user=nora)
        time_passes(seconds=61)
    with pytest.raises(CodesUsedUp):
        verification.send_code(user=nora)
    assert len(mail.outbox) == 20


def test_anothers_code_does_not_count(nora: User, stella: User) -> None:
    verification.send_code(user=nora)
    EmailCode.objects.create(
        user=stella,
        email=stella.email,
        code_hash=EmailCode.objects.get().code_hash,
        sent_at=EmailCode.objects.get().sent_at,
        expires_at=EmailCode.objects.get().expires_at,
        tries_left=5,
    )
    with pytest.raises(CodeWrong):
        confirm(stella, code())


def test_the_code_is_not_stored_where_it_could_be_read(nora: User) -> None:
    verification.send_code(user=nora)
    assert code() not in str(EmailCode.objects.values().get())


def test_a_new_address_counts_only_after_its_code(client: Client, clara: User) -> None:
    client.force_login(clara)
    client.post("/accounts/email/", {"email": "Clara.New@example.com", "password": PASSWORD})
    clara.refresh_from_db()
    assert clara.email == "clara@example.com"
    assert mail.outbox[-1].to == ["clara.new@example.com"]
    client.post(URL, {"code": code()})
    clara.refresh_from_db()
    assert clara.email == "clara.new@example.com"
    assert clara.email_verified
    assert EmailAddress.objects.count() == 1


def change_to(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/accounts/email/", {"email": email, "password": password}, follow=True)


def read(page: HttpResponse, email: str) -> str:
    """What the page says, without what chance and the clock put in."""
    [main] = re.findall(r"<main.*</main>", page.content.decode(), re.DOTALL)
    return re.sub(r'value="[^"]*"|available in \d+ s', "", main).replace(email, "the address")


def test_the_form_does_not_tell_whether_another_account_has_an_address(
    client: Client, clara: User, stella: User
) -> None:
    client.force_login(clara)
    pages = []
    for email in ("free@example.com", "stella@example.com"):
        asked = change_to(client, email)
        wrong = client.post(URL, {"code": "abc"})
        pages.append((read(asked, email), read(wrong, email)))
        time_passes(seconds=61)
    assert pages[0] == pages[1]
    assert 'We sent an e-mail to <b dir="auto">the address</b>' in pages[1][0]
    assert "You have 4 tries left" in pages[1][1]
    assert mail.outbox[-1].to == ["stella@example.com"]
    assert "another account" in mail.outbox[-1].body


def test_no_code_fits_an_address_that_another_account_has(
    client: Client, clara: User, stella: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification.secrets, "randbelow", lambda _: 123456)
    client.force_login(clara)
    change_to(client, "STELLA@example.com")
    assert "123456" not in mail.outbox[-1].subject + mail.outbox[-1].body
    with pytest.raises(CodeWrong):
        confirm(clara, "123456")


@pytest.mark.parametrize("password", ["", "wrong"])
def test_the_address_does_not_change_without_the_password(client: Client, clara: User, password: str) -> None:
    client.force_login(clara)
    page = change_to(client, "thief@example.com", password)
    assert page.status_code == 200
    assert "is required" in page.content.decode() or "not your password" in page.content.decode()
    assert mail.outbox == []
    assert not EmailCode.objects.exists()


def test_whoever_sits_at_an_open_computer_has_five_tries_at_the_password(client: Client, clara: User) -> None:
    client.force_login(clara)
    for _ in range(3):
        change_to(client, "thief@example.com", "wrong")
    for _ in range(2):
        client.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": "seven green boats"})
    assert "Someone entered 5 wrong passwords" in change_to(client, "thief@example.com").content.decode()
    assert mail.outbox == []


def test_an_address_taken_meanwhile_is_refused(clara: User) -> None:
    verification.send_code(user=clara, email="both@example.com")
    User.objects.create_user("both@example.com")
    with pytest.raises(EmailTaken):
        confirm(clara, code())


def test_a_demo_account_keeps_its_address(client: Client, clara: User) -> None:
    User.objects.update(is_demo=True)
    client.force_login(clara)
    answer = client.post("/accounts/email/", {"email": "mine@example.com"})
    assert "Everyone shares this demo account" in answer.content.decode()
    assert mail.outbox == []


def test_who_is_confirmed_already_is_sent_on(client: Client, clara: User) -> None:
    client.force_login(clara)
    assert client.get(f"{URL}?next=/wallet/")["Location"] == "/wallet/"


def test_the_page_says_where_mails_lie_only_while_demo_data_is_on(
    client: Client, nora: User, settings: object
) -> None:
    client.post("/accounts/verify/send/")
    settings.EMAIL_FROM_SMTP = False
    for demo in (True, False):
        settings.DEMO = demo
        assert (".data/mail/" in client.get(URL).content.decode()) is demo


def test_a_visitor_is_asked_to_sign_in_first(client: Client) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")


def test_a_mail_server_that_refuses_is_said_in_words(
    client: Client, nora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr(mails, "send_mail", refuse)
    page = client.post("/accounts/verify/send/", follow=True)

    assert page.status_code == 200
    assert "could not send the e-mail" in page.content.decode()


@pytest.mark.parametrize(("tries", "words"), [(1, "1 try left"), (2, "2 tries left")])
def test_the_number_decides_the_grammar(tries: int, words: str) -> None:
    assert words in CodeWrong(tries=tries).message
