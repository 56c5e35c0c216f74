"""Signing up, in and out; the demo's one-click sign-ins; passwords."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.support import cast
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db
FORM = {
    "email": "Nora@Example.com",
    "name": "  Nora   Berg ",
    "password1": "seven green boats",
    "role": "both",
    "time_zone": "Europe/Oslo",
}


def sign_in(client: Client, password: str = PASSWORD, **extra: str) -> int:
    form = {"login": "clara@example.com", "password": password, **extra}
    return client.post("/accounts/login/", form).status_code


def test_one_form_makes_an_account_and_signs_in(client: Client) -> None:
    answer = client.post("/accounts/signup/", FORM, follow=True)
    nora = User.objects.get(email="nora@example.com")
    assert (nora.name, nora.needs_help, nora.gives_help) == ("Nora Berg", True, True)
    assert nora.time_zone == "Europe/Oslo"
    assert answer.wsgi_request.user == nora
    assert nora.check_password("seven green boats")


def test_signing_up_sends_no_mail_and_asks_for_no_code(client: Client) -> None:
    client.post("/accounts/signup/", FORM)
    assert mail.outbox == []
    assert not User.objects.get().email_verified


@pytest.mark.parametrize(("role", "needs", "gives"), [("needs", True, False), ("gives", False, True)])
def test_the_role_is_kept(client: Client, role: str, needs: bool, gives: bool) -> None:
    client.post("/accounts/signup/", FORM | {"role": role})
    assert (User.objects.get().needs_help, User.objects.get().gives_help) == (needs, gives)


def test_sign_up_goes_back_to_where_one_was(client: Client) -> None:
    answer = client.post("/accounts/signup/", FORM | {"next": "/consultants/?now=1"})
    assert answer["Location"] == "/consultants/?now=1"


def test_sign_up_does_not_lead_to_another_site(client: Client) -> None:
    answer = client.post("/accounts/signup/", FORM | {"next": "https://evil.example/"})
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "nora"}, "valid email"),
        ({"email": ""}, "required"),
        ({"name": ""}, "required"),
        ({"name": "x" * 81}, "at most 80"),
        ({"password1": "123"}, "too short"),
        ({"password1": "password"}, "too common"),
        ({"role": "king"}, "valid choice"),
        ({"email": "clara@example.com"}, "An account with this e-mail address already exists"),
        ({"email": "CLARA@example.com"}, "An account with this e-mail address already exists"),
    ],
)
def test_a_bad_sign_up_is_said_and_makes_nothing(
    client: Client, clara: User, change: dict[str, str], words: str
) -> None:
    answer = client.post("/accounts/signup/", FORM | change)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert User.objects.count() == 1


def test_an_unknown_time_zone_is_left_out_without_a_fuss(client: Client) -> None:
    client.post("/accounts/signup/", FORM | {"time_zone": "Mars/Olympus"})
    assert User.objects.get().time_zone == ""


def test_one_signs_in_and_lands_where_one_works(client: Client, clara: User, conrad: User) -> None:
    assert sign_in(client) == 302
    assert client.get("/accounts/welcome/")["Location"] == "/"
    client.force_login(conrad)
    assert client.get("/accounts/welcome/")["Location"] == "/desk/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client, clara: User) -> None:
    words = "address or the password is wrong"
    for login in ("clara@example.com", "nobody@example.com"):
        answer = client.post("/accounts/login/", {"login": login, "password": "wrong"})
        assert words in answer.content.decode()


def test_a_blocked_account_reads_why_it_cannot_sign_in(client: Client, clara: User) -> None:
    User.objects.update(is_active=False)
    answer = client.post(
        "/accounts/login/", {"login": "clara@example.com", "password": PASSWORD}, follow=True
    )
    assert "blocked" in answer.content.decode()


def test_signing_out_takes_a_press_not_a_link(client: Client, clara: User) -> None:
    client.force_login(clara)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/settings/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/settings/").status_code == 302


def test_a_forgotten_password_is_replaced_by_the_mailed_link(client: Client, clara: User) -> None:
    client.post("/accounts/password/reset/", {"email": "clara@example.com"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    page = client.get(link[1], follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": "seven green boats"}, follow=True)
    assert "new password is saved" in answer.content.decode()
    assert sign_in(Client(), "seven green boats") == 302


def test_asking_for_a_reset_does_not_tell_whether_the_account_exists(client: Client, clara: User) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()
        for email in ("clara@example.com", "nobody@example.com")
    ]
    pages = [re.sub(r'(value|hx-headers)=["\'].*?["\'][ >]', "", page) for page in answers]
    assert pages[0] == pages[1]
    assert "Check your e-mail" in answers[0]


@pytest.mark.parametrize(("minutes", "words"), [(59, "Choose a new password"), (61, "older than 60 minutes")])
def test_a_link_to_a_new_password_is_valid_for_an_hour(
    client: Client, clara: User, monkeypatch: pytest.MonkeyPatch, minutes: int, words: str
) -> None:
    client.post("/accounts/password/reset/", {"email": "clara@example.com"})
    assert "expires after 60 minutes" in mail.outbox[0].body
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    later = datetime.now() + timedelta(minutes=minutes)  # noqa: DTZ005
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _: later)
    assert words in client.get(link[1], follow=True).content.decode()


def test_a_used_reset_link_says_so(client: Client) -> None:
    assert "no longer valid" in client.get("/accounts/password/reset/key/1-abc/").content.decode()


def test_the_password_is_changed_with_the_old_one(client: Client, clara: User) -> None:
    client.force_login(clara)
    form = {"oldpassword": PASSWORD, "password1": "seven green boats"}
    assert client.post("/accounts/password/change/", form)["Location"] == "/settings/"
    clara.refresh_from_db()
    assert clara.check_password("seven green boats")
    assert client.get("/settings/").status_code == 200  # still signed in


def test_a_demo_account_keeps_its_password(client: Client, clara: User) -> None:
    User.objects.update(is_demo=True)
    client.force_login(clara)
    form = {"oldpassword": PASSWORD, "password1": "seven green boats"}
    assert client.post("/accounts/password/change/", form).status_code == 403
    clara.refresh_from_db()
    assert clara.check_password(PASSWORD)


@pytest.mark.parametrize("path", ["password/set/", "reauthenticate/", "login/code/confirm/"])
def test_ways_in_that_we_do_not_offer_do_not_exist(client: Client, clara: User, path: str) -> None:
    client.force_login(clara)
    assert client.get(f"/accounts/{path}").status_code == 404


class TestDemo:
    @pytest.fixture(autouse=True)
    def _demo(self, settings: object, db: None) -> None:
        settings.DEMO = True
        self.daniel = cast.person("client", is_demo=True)

    def test_the_sign_in_page_offers_the_demo_people_in_one_click(self, client: Client) -> None:
        assert "<bdi>Client</bdi>, client" in client.get("/accounts/login/").content.decode()
        client.post("/accounts/demo/", {"email": "client@example.com"})
        assert client.get("/settings/").status_code == 200

    def test_nobody_else_is_signed_in_by_a_click(self, client: Client, clara: User) -> None:
        assert client.post("/accounts/demo/", {"email": "clara@example.com"}).status_code == 404
        assert client.get("/settings/").status_code == 302

    def test_without_demo_data_there_is_no_such_door(self, client: Client, settings: object) -> None:
        settings.DEMO = False
        assert client.post("/accounts/demo/", {"email": "client@example.com"}).status_code == 404
        assert "one click" not in client.get("/accounts/login/").content.decode()

    def test_a_link_from_elsewhere_signs_nobody_in(self, client: Client) -> None:
        assert client.get("/accounts/demo/?email=client@example.com").status_code == 405
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/accounts/demo/", {"email": "client@example.com"}).status_code == 403
