"""The call sheet: from the first word to the ring, and every turn on the way."""

import re
from typing import Any

import pytest
import redis
from django.test import Client

from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import hold
from marketplace.core.rules import TOPIC_MAX_LENGTH
from marketplace.core.time import now
from sessions_app.models import Consultation, Draft
from sessions_app.requests.place import cancel
from sessions_app.tests import stage
from tests.support import cast
from wallet.queries import balance

SHEET = "/consultants/conrad/call/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def online(conrad: User, valkey: redis.Redis) -> User:
    hold(valkey, conrad.pk)
    cast.switch_on(conrad)
    return conrad


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def typed(browser: Client, sheet: str = SHEET, **more: str) -> dict[str, str]:
    html = browser.get(sheet).content.decode()
    keys = {name: hidden(html, name) for name in ("request_key", "top_up_key", "terms")}
    return keys | {"topic": "Where do I start?", "link": "", "snippet": ""} | more


def test_the_sheet_shows_price_balance_and_what_is_left(
    signed_in: Any, clara: User, online: User, fund: Any
) -> None:
    fund(clara, 3400)
    html = signed_in(clara).get(SHEET).content.decode()
    for words in ("20.00 credits", "34.00", "14.00", "Confirm and call"):
        assert words in html
    assert "Top up first" not in html


def test_confirming_rings_and_holds_the_price(signed_in: Any, clara: User, online: User, fund: Any) -> None:
    fund(clara, 3400)
    browser = signed_in(clara)
    answer = browser.post(SHEET, typed(browser, link="https://example.com/a", snippet="x = 1"))
    asked = Consultation.objects.get()
    assert answer["Location"] == asked.get_absolute_url()
    assert (asked.topic, asked.link, asked.snippet) == ("Where do I start?", "https://example.com/a", "x = 1")
    assert balance(clara.pk).available == 1400


def test_htmx_is_sent_to_the_ringing_page(signed_in: Any, clara: User, online: User, fund: Any) -> None:
    fund(clara)
    browser = signed_in(clara)
    answer = browser.post(SHEET, typed(browser), headers=HTMX)
    assert answer["HX-Redirect"] == Consultation.objects.get().get_absolute_url()


def test_a_double_click_asks_once(signed_in: Any, clara: User, online: User, fund: Any) -> None:
    fund(clara)
    browser = signed_in(clara)
    sheet = typed(browser)
    first, second = browser.post(SHEET, sheet), browser.post(SHEET, sheet)
    assert first["Location"] == second["Location"]
    assert Consultation.objects.count() == 1


def test_a_form_that_was_sent_to_one_consultant_is_refused_for_another(
    signed_in: Any, clara: User, online: User, fund: Any, valkey: redis.Redis
) -> None:
    fund(clara)
    browser = signed_in(clara)
    sheet = typed(browser)
    browser.post(SHEET, sheet)
    before = balance(clara.pk).available
    cancel(consultation_id=Consultation.objects.get().pk, user=clara)
    other = cast.consultant("carla")
    hold(valkey, other.pk)
    cast.switch_on(other)
    theirs = "/consultants/carla/call/"
    mixed = sheet | {"terms": hidden(browser.get(theirs).content.decode(), "terms")}

    html = refused(
        browser, mixed, 409, "You already sent this form to Conrad, so Carla was not called", theirs
    )

    assert balance(clara.pk).available == before + 2000
    again = mixed | {"request_key": hidden(html, "request_key")}
    assert browser.post(theirs, again).status_code == 302
    assert Consultation.objects.filter(consultant=other).count() == 1


def test_too_little_credit_is_topped_up_in_the_sheet_and_goes_on(
    signed_in: Any, clara: User, online: User, fund: Any
) -> None:
    fund(clara, 750)
    browser = signed_in(clara)
    sheet = typed(browser)
    html = browser.post(SHEET, sheet | {"do": "top_up", "amount": "1250"}).content.decode()
    assert "12.50 credits are in your wallet" in html
    assert "Where do I start?" in html
    assert "Confirm and call" in html
    again = sheet | {"terms": hidden(html, "terms"), "do": "confirm"}
    assert browser.post(SHEET, again).status_code == 302
    assert balance(clara.pk).available == 0


def test_the_missing_amount_and_the_usual_ones_are_offered(
    signed_in: Any, clara: User, online: User, fund: Any
) -> None:
    fund(clara, 750)
    html = signed_in(clara).get(SHEET).content.decode()
    assert re.findall(r'name="amount" value="(\d+)"', html) == ["500", "1000", "1250", "2500", "5000"]
    assert "exactly what you need" in html


def test_confirming_with_too_little_keeps_the_words(signed_in: Any, clara: User, online: User) -> None:
    browser = signed_in(clara)
    answer = browser.post(SHEET, typed(browser))
    assert answer.status_code == 402
    assert "Where do I start?" in answer.content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("amount", ["", "0", "-500", "1", "12.5", "99999999", "five"])
def test_odd_amounts_move_nothing(signed_in: Any, clara: User, online: User, amount: str) -> None:
    browser = signed_in(clara)
    answer = browser.post(SHEET, typed(browser) | {"do": "top_up", "amount": amount})
    assert answer.status_code >= 400
    assert balance(clara.pk).available == 0


# --- signing in and the mail code on the way -----------------------------------------------------------


def test_signed_out_the_words_come_back_after_the_sign_in(client: Client, clara: User, online: User) -> None:
    answer = client.post(SHEET, typed(client, snippet="my code") | {"do": "sign_in"})
    assert answer["Location"].startswith("/accounts/login/?next=%2Fconsultants%2Fconrad%2Fcall%2F")
    client.post(answer["Location"], {"login": clara.email, "password": cast.PASSWORD})
    html = client.get(SHEET).content.decode()
    assert "Where do I start?" in html
    assert "my code" in html


def test_signed_out_one_may_sign_up_instead(client: Client, online: User) -> None:
    answer = client.post(SHEET, typed(client) | {"do": "sign_up"})
    assert answer["Location"].startswith("/accounts/signup/?next=")


@pytest.mark.parametrize("do", ["confirm", "top_up"])
def test_the_address_is_confirmed_first(signed_in: Any, clara: User, online: User, do: str) -> None:
    clara.emailaddress_set.update(verified=False)
    browser = signed_in(clara)
    answer = browser.post(SHEET, typed(browser) | {"do": do, "amount": "1000"})
    assert answer["Location"] == "/accounts/verify/?next=%2Fconsultants%2Fconrad%2Fcall%2F"
    assert "Where do I start?" in browser.get(SHEET).content.decode()
    assert balance(clara.pk).available == 0


def test_the_draft_is_gone_once_it_was_asked(signed_in: Any, clara: User, online: User, fund: Any) -> None:
    fund(clara)
    clara.emailaddress_set.update(verified=False)
    browser = signed_in(clara)
    browser.post(SHEET, typed(browser, topic="Old words"))
    clara.emailaddress_set.update(verified=True)
    browser.post(SHEET, typed(browser))
    assert "Old words" not in browser.get(SHEET).content.decode()
    assert not Draft.objects.exists()


# --- what may have changed in between --------------------------------------------------------------------


def refused(browser: Client, sheet: dict[str, str], status: int, words: str, page: str = SHEET) -> str:
    before = Consultation.objects.count()
    answer = browser.post(page, sheet)
    html = answer.content.decode()
    assert answer.status_code == status
    assert words in html
    assert "Where do I start?" in html
    assert Consultation.objects.count() == before
    return html


def test_gone_offline_meanwhile(signed_in: Any, clara: User, online: User, fund: Any) -> None:
    fund(clara)
    browser = signed_in(clara)
    sheet = typed(browser)
    ConsultantProfile.objects.filter(user=online).update(accepting=False, shown_state=Shown.OFFLINE)
    other = cast.consultant("carla")
    cast.switch_on(other)
    html = refused(browser, sheet, 409, "Conrad is not available right now. Nothing was charged.")
    assert "/consultants/carla/call/" in html


def test_taken_meanwhile(signed_in: Any, clara: User, stella: User, online: User, fund: Any) -> None:
    fund(clara)
    fund(stella)
    browser = signed_in(clara)
    sheet = typed(browser)
    stage.ring(stella, online, at=now())
    refused(browser, sheet, 409, "Someone else called Conrad a moment ago")


def test_price_changed_meanwhile_shows_the_new_one(
    signed_in: Any, clara: User, online: User, fund: Any
) -> None:
    fund(clara)
    browser = signed_in(clara)
    sheet = typed(browser)
    ConsultantProfile.objects.filter(user=online).update(price=2500)
    html = refused(browser, sheet, 409, "The price changed")
    assert "25.00 credits" in html
    assert browser.post(SHEET, sheet | {"terms": hidden(html, "terms")}).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"topic": "  "}, "Describe your question in a sentence"),
        ({"topic": "x" * (TOPIC_MAX_LENGTH + 1)}, "characters long"),
        ({"snippet": "x" * 20_001}, "Keep the part that matters"),
        ({"link": "javascript:alert(1)"}, "does not look like a web address"),
    ],
)
def test_words_that_do_not_fit(
    signed_in: Any, clara: User, online: User, fund: Any, change: dict[str, str], words: str
) -> None:
    fund(clara)
    browser = signed_in(clara)
    answer = browser.post(SHEET, typed(browser) | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Consultation.objects.exists()


def test_a_hand_made_form_keeps_the_words(signed_in: Any, clara: User, online: User) -> None:
    answer = signed_in(clara).post(SHEET, {"topic": "Where do I start?", "request_key": "1"})
    assert answer.status_code == 422
    assert "Where do I start?" in answer.content.decode()


def test_a_second_request_is_led_to_the_open_one(
    signed_in: Any, clara: User, stella: User, online: User, fund: Any
) -> None:
    fund(clara)
    browser = signed_in(clara)
    other = cast.consultant("carla")
    first = stage.ring(clara, other, at=now())
    html = browser.post(SHEET, typed(browser)).content.decode()
    assert first.get_absolute_url() in html


# --- who cannot be called ----------------------------------------------------------------------------------


def test_own_profile_says_so(signed_in: Any, online: User) -> None:
    html = signed_in(online).get(SHEET).content.decode()
    assert "your own profile" in html
    assert "Confirm and call" not in html


def test_demo_people_say_whom_one_can_call(signed_in: Any, clara: User, conrad: User, settings: Any) -> None:
    settings.DEMO = True
    ConsultantProfile.objects.filter(user=conrad).update(demo_lease=True, shown_state=Shown.AVAILABLE)
    html = signed_in(clara).get(SHEET).content.decode()
    assert "cannot be called" in html
    assert "/consultants/mara-lindqvist/call/" in html
    assert "Confirm and call" not in html


def test_unknown_handle_is_not_found(client: Client, db: None) -> None:
    assert client.get("/consultants/nobody/call/").status_code == 404


def test_asking_again_brings_the_words_along(
    signed_in: Any, clara: User, stella: User, online: User, fund: Any
) -> None:
    fund(clara)
    asked = stage.ring(clara, online, at=now(), topic="The very same question")
    sheet = f"{SHEET}?again={asked.pk}"
    assert "The very same question" in signed_in(clara).get(sheet).content.decode()
    assert "The very same question" not in signed_in(stella).get(sheet).content.decode()


def test_words_are_shown_as_words(signed_in: Any, clara: User, online: User) -> None:
    html = signed_in(clara).get(f"{SHEET}?topic=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in html
