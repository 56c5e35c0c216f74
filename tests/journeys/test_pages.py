"""Every page, in both themes, wide and narrow: no fault that axe finds, no complaint, no sideways scroll."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.browsers import Visitor, no_sideways_scroll
from tests.support.site import CHECKOUT, Site

AXE = (CHECKOUT / "tests" / "vendor" / "axe.min.js").read_text()
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((each) =>
    `${each.id} (${each.impact}): ${each.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}"""
LOOKS = [(theme, width) for theme in ("light", "dark") for width in (1440, 390)]
look = pytest.mark.parametrize(("theme", "width"), LOOKS, ids=[f"{t}-{w}" for t, w in LOOKS])

SIGNED_OUT = [
    "/",
    "/consultants/",
    "/consultants/?q=nothing-at-all",
    "/consultants/{handle}/",
    "/consultants/{handle}/call/",
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/password/reset/",
]
OF_A_CLIENT = [
    "/",
    "/consultants/",
    "/consultants/{handle}/",
    "/consultants/{handle}/call/",
    "/consultations/",
    "/consultations/{past}/",
    "/wallet/",
    "/wallet/top-up/",
    "/settings/",
    "/accounts/logout/",
    "/accounts/password/change/",
]
OF_A_CONSULTANT = [
    "/",
    "/desk/",
    "/desk/profile/",
    "/desk/earnings/",
    "/consultations/",
    "/consultations/{past}/",
    "/settings/",
    "/wallet/",
]


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now, and whether it scrolls sideways."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE)
    no_sideways_scroll(page)
    return [f"{page.url}: {fault}" for fault in found]


def faults_of(visitor: Visitor, paths: list[str], **names: str) -> list[str]:
    found = []
    for path in paths:
        answer = visitor.page.goto(path.format(**names))
        assert answer and answer.ok, f"{path}: {answer and answer.status}"
        assert visitor.page.url.startswith(visitor.url + path.format(**names)), (
            f"{path} led to {visitor.page.url}"
        )
        found += faults(visitor.page)
    return found


@look
def test_pages_for_everybody(visit: Callable[..., Visitor], past: Any, theme: str, width: int) -> None:
    visitor = visit(theme=theme, width=width)
    found = faults_of(visitor, SIGNED_OUT, handle="paul")
    assert not found, "\n".join(found)


@look
def test_pages_of_a_client(visit: Callable[..., Visitor], past: Any, theme: str, width: int) -> None:
    past_client = visit(past["client"], theme=theme, width=width)
    found = faults_of(past_client, OF_A_CLIENT, handle="paul", past=past["call"])
    assert not found, "\n".join(found)


@look
def test_pages_of_a_consultant(visit: Callable[..., Visitor], past: Any, theme: str, width: int) -> None:
    visitor = visit(past["consultant"], theme=theme, width=width)
    found = faults_of(visitor, OF_A_CONSULTANT, handle="paul", past=past["call"])
    assert not found, "\n".join(found)


@look
def test_pages_of_a_call(
    site: Site, visit: Callable[..., Visitor], clara: Any, conrad: Any, theme: str, width: int
) -> None:
    """Sheet, ringing, popup, room, the question before the end, and both receipts."""
    client = visit(clara, theme=theme, width=width)
    consultant = visit(conrad, theme=theme, width=width)
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    client.open(f"/consultants/{conrad['handle']}/")
    steps.call_now(client)
    found = faults(client.page)
    call = steps.confirm(client, "What is wrong with my form?")
    expect(consultant.page.get_by_role("button", name="Accept and join")).to_be_visible()
    found += faults(client.page) + faults(consultant.page)
    steps.accept(consultant)
    steps.wait_for_state(site, call, "live")
    found += faults(client.page) + faults(consultant.page)
    found += faults_with_the_chat_open(client, consultant)
    client.button("End for both").first.click()
    found += faults(client.page)
    client.button("End it now").click()
    steps.wait_for_state(site, call, "ended")
    for visitor in (client, consultant):
        expect(visitor.page.get_by_role("timer")).to_have_count(0)
        found += faults(visitor.page)
    assert not found, "\n".join(found)


def faults_with_the_chat_open(*visitors: Visitor) -> list[str]:
    """Words, code, a link, and what the other one sees of them; on a phone the chat lies over the room."""
    for visitor in visitors:
        if not visitor.page.locator("#chat").is_visible():
            visitor.page.get_by_role("button", name=re.compile("^Chat")).click()  # it may say "1 new"
        visitor.page.get_by_role("textbox", name="Message").fill("See https://example.com\n```\nx = 1\n```")
        visitor.page.get_by_role("textbox", name="Message").press("Enter")
    found = []
    for visitor in visitors:
        expect(visitor.page.locator('#log [data-state="kept"] pre')).to_have_count(2)
        found += faults(visitor.page)
        if visitor.page.get_by_role("button", name="Close the chat").is_visible():
            visitor.button("Close the chat").click()
    return found


@look
def test_pages_of_errors(visit: Callable[..., Visitor], clara: Any, theme: str, width: int) -> None:
    visitor = visit(clara, theme=theme, width=width)
    visitor.forgive("404|403")
    found = []
    for path in ("/nowhere/", f"/consultations/{'0' * 8}-0000-4000-8000-{'0' * 12}/"):
        answer = visitor.page.goto(path)
        assert answer and answer.status == 404
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        found += faults(visitor.page)
    assert not found, "\n".join(found)


def test_axe_finds_what_is_wrong(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    """The control: a page with a fault."""
    visitor = visit()
    page = visitor.open("/")
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in fault for fault in faults(page))


def test_a_break_of_the_content_policy_is_noticed(visit: Callable[..., Visitor]) -> None:
    """The control: an inline style."""
    visitor = visit()
    page = visitor.open("/")
    page.evaluate("() => document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("() => document.body.hasAttribute('style')")
    visitor.forgive("^console: content policy: style-src|^console: .*inline style")
    page.reload()
    assert any("content policy: style-src" in problem for problem in visitor.problems)


def test_pages_work_without_javascript(visit: Callable[..., Visitor], past: Any) -> None:
    visitor = visit(past["client"], javascript=False)
    page = visitor.open("/consultants/")
    page.get_by_role("link", name="Paul").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paul")
    page.goto("/wallet/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_printed_statement_carries_nothing_of_the_site_around_it(
    visit: Callable[..., Visitor], past: Any
) -> None:
    page = visit(past["client"]).open("/wallet/statement/?month=2026-01")
    expect(page.get_by_role("banner")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Statement of January 2026")).to_be_visible()
    for role in ("banner", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(0)
