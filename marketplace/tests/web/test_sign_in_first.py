"""A page that is still open after its person was signed out."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

DESK = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}


def test_a_press_leads_to_sign_in_and_from_there_back_to_the_page(client: Client) -> None:
    answer = client.post("/desk/switch/", {"on": "1"}, headers=DESK)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/accounts/login/?next=%2Fdesk%2F")


def test_a_page_of_another_site_is_no_way_back(client: Client) -> None:
    elsewhere = DESK | {"HX-Current-URL": "https://evil.example/desk/"}
    answer = client.post("/desk/switch/", {"on": "1"}, headers=elsewhere)
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_a_link_leads_to_sign_in_and_from_there_to_what_it_named(client: Client) -> None:
    answer = client.get("/consultations/?page=2", headers=DESK)
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fconsultations%2F%3Fpage%3D2"


def test_a_plain_form_leads_to_sign_in_and_from_there_back_to_its_page(client: Client, conrad: User) -> None:
    answer = client.post("/desk/switch/", {"on": "1"}, headers={"Referer": "http://testserver/desk/"})
    assert answer["Location"] == "/accounts/login/?next=%2Fdesk%2F"
    client.force_login(conrad)
    assert client.get(answer["Location"])["Location"] == "/desk/"


@pytest.mark.parametrize("page", ["", "https://evil.example/desk/"])
def test_a_plain_form_of_an_unknown_page_leads_to_sign_in_alone(client: Client, page: str) -> None:
    answer = client.post("/desk/switch/", {"on": "1"}, headers={"Referer": page})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")


def test_a_page_opened_without_being_signed_in_is_the_way_back(client: Client) -> None:
    answer = client.get("/consultations/?page=2")
    assert answer["Location"] == "/accounts/login/?next=/consultations/%3Fpage%3D2"
