"""The home page: real counts and real prices, also when nobody is there."""

import pytest
from django.test import Client

from accounts.models import ConsultantProfile, User
from marketplace.core.time import now
from sessions_app.models import Consultation
from tests.support import cast

pytestmark = pytest.mark.django_db


def test_home_counts_who_is_free_and_what_it_costs(client: Client, conrad: User) -> None:
    for name, price in (("bea", 900), ("carl", 3000)):
        cast.switch_on(cast.consultant(name, price=price))
    page = client.get("/").content.decode()
    assert "Experts free now: <b data-free-now>2</b>" in page
    assert "from <b>9.00</b> credits, usually <b>20.00</b>" in page


def test_home_says_that_nobody_is_free_and_shows_the_others(client: Client, conrad: User) -> None:
    page = client.get("/").content.decode()
    assert "Nobody is free right now" in page
    assert "Conrad" in page


def test_home_of_an_empty_site_invites_to_give_help(client: Client, db: None) -> None:
    assert "Nobody is here yet" in client.get("/").content.decode()


def test_a_client_finds_the_people_they_talked_to(client: Client, clara: User, conrad: User) -> None:
    Consultation.objects.create(
        client=clara,
        consultant=conrad,
        request_key="7f2f7d0e-6d55-4d2e-8f9b-111111111111",
        topic="A topic",
        price=2000,
        fee_bps=2000,
        free_below_seconds=60,
        minimum_bill_seconds=180,
        currency="XTS",
        bought_seconds=900,
        state="ended",
        requested_at=now(),
        expires_at=now(),
        live_at=now(),
        settled_at=now(),
    )
    client.force_login(clara)
    assert "People you talked to" in client.get("/").content.decode()
    client.force_login(conrad)
    assert "People you talked to" not in client.get("/").content.decode()


def test_home_needs_few_queries(client: Client, clara: User, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        cast.switch_on(cast.consultant(f"person-{number}"))
    client.force_login(clara)
    with django_assert_max_num_queries(14):
        client.get("/")


def test_the_dial_shows_at_most_ten_people(client: Client) -> None:
    for number in range(12):
        cast.switch_on(cast.consultant(f"person-{number}"))
    assert client.get("/").content.decode().count('class="on"') == 10


def test_hidden_profiles_count_nowhere(client: Client, conrad: User) -> None:
    ConsultantProfile.objects.update(status="refused", shown_state="available")
    assert "Nobody is here yet" in client.get("/").content.decode()


def test_a_page_names_the_language_that_it_is_in(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "de"}).content.decode()
    assert page.startswith('<!DOCTYPE html>\n<html lang="de"')
