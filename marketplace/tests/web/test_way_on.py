"""Where a browser is sent when somebody else wrote the address: a page of this site, or the usual one."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.support import cast

pytestmark = pytest.mark.django_db

NO_PAGES = [
    "on",
    "null",
    "board",
    "admin:index",
    "http://[::1",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "\\/evil.example/",
    " /wallet/",
    "https://evil.example/",
    "http://testserver/wallet/",
    "javascript:alert(1)",
    "./wallet/",
]
PAGE = "/consultants/?q=%C3%BC&now=1"
no_page = pytest.mark.parametrize("target", NO_PAGES)


@no_page
def test_what_is_no_page_of_ours_leads_to_the_usual_one(signed_in: Any, clara: User, target: str) -> None:
    browser = signed_in(clara)
    assert browser.get("/accounts/welcome/", {"next": target})["Location"] == "/"
    answer = browser.post("/settings/time-zone/", {"time_zone": "UTC", "next": target})
    assert answer["Location"] == "/settings/"


@no_page
def test_signing_in_leads_to_no_page_but_ours(client: Client, clara: User, target: str) -> None:
    form = {"login": clara.email, "password": cast.PASSWORD, "next": target}
    assert client.get("/accounts/login/", {"next": target}).status_code == 200
    assert client.post("/accounts/login/", form)["Location"] == "/accounts/welcome/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"


def test_a_page_of_ours_is_led_to(signed_in: Any, clara: User) -> None:
    browser = signed_in(clara)
    assert browser.get("/accounts/welcome/", {"next": PAGE})["Location"] == PAGE
    assert browser.get("/accounts/login/", {"next": PAGE})["Location"] == PAGE


@pytest.mark.parametrize(
    "page", ["http://[::1", "http://testserver//evil.example/", "http://testserver:81/desk/"]
)
def test_an_odd_page_to_come_from_is_no_way_back(client: Client, page: str) -> None:
    by_htmx = client.post("/desk/switch/", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert by_htmx["HX-Redirect"] == "/accounts/login/?next=%2F"
    by_form = client.post("/desk/switch/", headers={"Referer": page})
    assert by_form["Location"] == "/accounts/login/"


def test_an_odd_page_of_ours_is_a_way_on_for_htmx_too(signed_in: Any, clara: User) -> None:
    form = {"choice": "1000", "form_key": str(uuid.uuid4()), "next": "/consultants/?q=a\nü"}
    answer = signed_in(clara).post("/wallet/top-up/", form, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/consultants/?q=a%0A%C3%BC"
