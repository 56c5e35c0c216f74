"""Wrong passwords: how many are compared, and whom somebody else's wrong ones keep out."""

import uuid
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client

from accounts.errors import CodesUsedUp
from accounts.models import User
from accounts.people import verification
from accounts.tests.people.test_verify import time_passes
from marketplace.core import limits, rules
from marketplace.core.cache import ForgivingRedisCache
from tests.support.cast import PASSWORD
from tests.support.race import race
from wallet.errors import TooManyTopUps
from wallet.payments.top_ups import top_up

pytestmark = pytest.mark.django_db
NEW = "seven green boats"


def sign_in(
    browser: Client, password: str = PASSWORD, email: str = "clara@example.com", address: str = "192.0.2.1"
) -> str:
    """'' if it worked, else the page with the reason."""
    form = {"login": email, "password": password}
    answer = browser.post("/accounts/login/", form, REMOTE_ADDR=address)
    return "" if answer.status_code == 302 else answer.content.decode()


def known_browser(email: str = "clara@example.com") -> Client:
    """A browser that signed in to the account before, and out again."""
    browser = Client()
    assert not sign_in(browser, email=email)
    browser.post("/accounts/logout/")
    return browser


def wrong_tries(count: int, **where: str) -> None:
    for _ in range(count):
        sign_in(Client(), "wrong", **where)


def copy_cookies(browser: Client) -> Client:
    copied = Client()
    copied.cookies = browser.cookies.copy()
    return copied


def test_wrong_tries_of_somebody_else_do_not_keep_the_owner_out(clara: User) -> None:
    mine = known_browser()
    wrong_tries(6, address="203.0.113.9")
    assert "Someone entered 5 wrong passwords for this e-mail address" in sign_in(Client())
    assert not sign_in(mine)


def test_a_network_of_wrong_tries_does_not_keep_its_known_browsers_out(
    clara: User, stella: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SIGN_IN_TRIES_OF_NETWORK", 3)
    mine = known_browser()
    for number in range(3):
        wrong_tries(1, email=f"person{number}@example.com")
    refused = sign_in(Client(), email="stella@example.com")
    assert "Someone on your network failed to sign in 3 times" in refused
    assert not sign_in(Client(), email="stella@example.com", address="192.0.2.2")
    assert not sign_in(mine)


def test_nobody_is_told_of_wrong_tries_that_were_not_theirs_as_if_they_were(clara: User) -> None:
    wrong_tries(5)
    page = sign_in(Client())
    assert "You entered" not in page
    assert "Someone entered 5 wrong passwords for this e-mail address" in page


def test_a_known_browser_has_five_tries_too(clara: User) -> None:
    mine = known_browser()
    for _ in range(5):
        assert "address or the password is wrong" in sign_in(mine, "wrong")
    assert "You entered 5 wrong passwords in this browser. Wait 15 minutes" in sign_in(mine)


def test_copies_of_a_known_browsers_cookie_share_its_five_tries(clara: User) -> None:
    mine = known_browser()
    for number in range(5):
        sign_in(copy_cookies(mine), "wrong", address=f"198.51.100.{number}")
    assert "You entered 5" in sign_in(copy_cookies(mine), address="198.51.100.99")


def test_a_cookie_of_one_account_gives_no_tries_at_another(clara: User, stella: User) -> None:
    stellas = known_browser("stella@example.com")
    wrong_tries(5)
    assert "Someone entered 5" in sign_in(stellas)


def test_a_cookie_under_another_accounts_name_gives_no_tries(clara: User, stella: User) -> None:
    claras, stellas = known_browser(), known_browser("stella@example.com")
    [name] = [name for name in claras.cookies if "known" in name]
    [theirs] = [name for name in stellas.cookies if "known" in name]
    forged = Client()
    forged.cookies[name] = stellas.cookies[theirs].value
    wrong_tries(5)
    assert "Someone entered 5" in sign_in(forged)


def test_a_new_password_takes_the_tries_of_every_browser_that_knew_the_old_one(clara: User) -> None:
    thiefs, owner = known_browser(), Client()
    sign_in(owner)
    owner.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    wrong_tries(5)
    assert "Someone entered 5" in sign_in(thiefs, NEW)
    owner.post("/accounts/logout/")
    assert not sign_in(owner, NEW)


def test_a_link_to_a_new_password_leads_in_though_somebody_else_keeps_trying(clara: User) -> None:
    browser = Client()
    wrong_tries(5)
    browser.post("/accounts/password/reset/", {"email": "clara@example.com"})
    link = next(word for word in mail.outbox[-1].body.split() if "/key/" in word)
    page = browser.get(link.removeprefix("http://testserver"), follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": NEW})
    wrong_tries(6)
    assert not sign_in(browser, NEW)


def test_right_passwords_use_no_tries_up(clara: User) -> None:
    for _ in range(6):
        assert not sign_in(Client())


def test_a_refused_try_does_not_count_against_the_network(
    clara: User, stella: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SIGN_IN_TRIES_OF_NETWORK", 6)
    wrong_tries(7)
    assert "address or the password is wrong" in sign_in(Client(), "wrong", "stella@example.com")


def test_another_spelling_of_an_address_has_no_tries_of_its_own(stella: User) -> None:
    wrong_tries(5, email="stella@example.com")
    for spelling in ("STELLA@example.com", " stella@example.com ", "\u017ftella@example.com"):
        assert "Someone entered 5" in sign_in(Client(), email=spelling)


def test_an_address_of_nobody_is_refused_like_one_with_an_account(clara: User) -> None:
    for email in ("clara@example.com", "nobody@example.com"):
        wrong_tries(5, email=email)
        assert "Someone entered 5 wrong passwords for this e-mail address" in sign_in(Client(), email=email)


@pytest.mark.django_db(transaction=True)
def test_of_ten_wrong_tries_at_once_five_are_compared(clara: User) -> None:
    pages = race(*[lambda: sign_in(Client(), "wrong")] * 10)
    assert sum("address or the password is wrong" in page for page in pages) == 5


def test_a_flood_of_right_passwords_is_refused_before_they_are_compared(
    clara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SIGN_INS_PER_MINUTE", 3)
    for _ in range(3):
        assert not sign_in(Client())
    assert "Too many attempts. Try again in" in sign_in(Client())


def test_sign_up_does_not_tell_one_network_for_ever_who_has_an_account(
    clara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SIGN_UPS_PER_HOUR", 2)
    form = {"email": "clara@example.com", "name": "X", "password1": NEW, "role": "needs"}
    pages = [Client().post("/accounts/signup/", form) for _ in range(3)]
    assert ["already exists" in page.content.decode() for page in pages] == [True, True, False]
    assert pages[-1].status_code == 429
    elsewhere = Client().post("/accounts/signup/", form, REMOTE_ADDR="192.0.2.2")
    assert "already exists" in elsewhere.content.decode()


@pytest.mark.parametrize("email", ["clara@example.com", "nobody@example.com"])
def test_nobodys_mailbox_is_filled_with_links(clara: User, email: str) -> None:
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, REMOTE_ADDR=f"192.0.2.{number}")
        for number in range(6)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert len(mail.outbox) == 5


class TestWithoutValkey:
    """The cache answers like an empty one, as while Valkey is away."""

    @pytest.fixture(autouse=True)
    def _away(self) -> Iterator[None]:
        ForgivingRedisCache._quiet_until = float("inf")
        yield
        ForgivingRedisCache._quiet_until = 0.0

    def test_the_sixth_wrong_password_is_not_compared(self, clara: User) -> None:
        wrong_tries(5)
        assert "Someone entered 5" in sign_in(Client())

    def test_the_twenty_first_code_of_a_day_is_not_mailed(self, clara: User) -> None:
        for _ in range(20):
            verification.send_code(user=clara)
            time_passes(seconds=61)
        with pytest.raises(CodesUsedUp):
            verification.send_code(user=clara)

    def test_the_sixth_top_up_of_an_hour_is_refused(self, clara: User) -> None:
        for _ in range(rules.TOP_UPS_PER_HOUR):
            top_up(user_id=clara.pk, amount=1000, form_key=uuid.uuid4())
        with pytest.raises(TooManyTopUps):
            top_up(user_id=clara.pk, amount=1000, form_key=uuid.uuid4())

    def test_requests_are_limited(self, clara: User) -> None:
        for _ in range(rules.REQUESTS_PER_10_MINUTES):
            limits.count(what="request", who="1", limit=rules.REQUESTS_PER_10_MINUTES, seconds=600)
        with pytest.raises(limits.TooMany):
            limits.count(what="request", who="1", limit=rules.REQUESTS_PER_10_MINUTES, seconds=600)
