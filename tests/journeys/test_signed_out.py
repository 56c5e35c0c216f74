"""A shared computer: whoever comes after somebody who signed out and presses Back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers import Visitor

KEPT = "() => JSON.stringify([{...sessionStorage}, {...localStorage}])"


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"://[^/]+/$"))
    expect_nobody(page)


def expect_nobody(page: Page) -> None:
    """What a visitor sees: the way in."""
    expect(page.get_by_role("link", name=re.compile("^Sign (in|up)$")).first).to_be_visible()


def test_back_after_signing_out_shows_what_a_visitor_sees(
    visit: Callable[..., Visitor], clara: Any, conrad: Any
) -> None:
    page = visit(clara).open("/consultants/")
    for filter, address in (("Django", "**/consultants/?skill=django"), ("Everyone", "**/consultants/?*")):
        page.get_by_role("group", name="Filter experts").get_by_role("link", name=filter).click()
        page.wait_for_url(address)
    expect(page.locator("body")).to_contain_text(clara["email"])
    sign_out(page)

    while not page.url.endswith("/consultants/"):
        page.go_back()
        expect_nobody(page)
        expect(page.locator("body")).not_to_contain_text(clara["email"])

    kept = page.evaluate(KEPT)
    assert clara["email"] not in kept and "Django" not in kept


@pytest.mark.parametrize("path", ["/wallet/", "/settings/", "/consultations/"])
def test_back_after_signing_out_asks_to_sign_in_for_a_page_of_ones_own(
    visit: Callable[..., Visitor], clara: Any, path: str
) -> None:
    page = visit(clara).open(path)
    expect(page.locator("body")).to_contain_text(clara["email"])
    sign_out(page)

    page.go_back()
    page.go_back()

    expect(page).to_have_url(re.compile(rf"/accounts/login/\?next={path}$"))
    expect(page.locator("body")).not_to_contain_text(clara["email"])


def test_back_through_the_filters_shows_each_list_again(visit: Callable[..., Visitor], conrad: Any) -> None:
    page = visit().open("/consultants/")
    filters = page.get_by_role("group", name="Filter experts")
    filters.get_by_role("link", name="Django").click()
    expect(page.get_by_role("heading", level=2, name="Django")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=2, name="Everyone")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", level=2, name="Django")).to_be_visible()
    expect(page.get_by_role("banner")).to_have_count(1)
