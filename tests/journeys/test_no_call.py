"""Requests that do not become a call: the money is back each time."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.browsers import Visitor
from tests.support.site import Site

HAD = 20_000


def ring(site: Site, client: Visitor, consultant: Visitor, facts: dict[str, Any]) -> str:
    """A popup on the consultant's screen."""
    consultant.open("/desk/")
    steps.wait_until_free(site, facts)
    call = steps.place_call(client, facts)
    expect(consultant.page.get_by_role("button", name="Accept and join")).to_be_visible()
    return call


def expect_money_back(site: Site, client: Visitor, call: str, state: str) -> dict[str, Any]:
    facts = steps.wait_for_state(site, call, state)
    money = site.backstage.ask("money", user=client.person["id"])
    assert (money["available"], money["held"], money["sum"]) == (HAD, 0, 0)
    assert facts["engaged"] == 0
    assert facts["bill"] == 0
    expect(client.page.get_by_role("timer")).to_have_count(0)
    expect(client.page.get_by_text("back in your wallet").first).to_be_visible()
    client.open("/wallet/")
    expect(client.page.get_by_text(steps.credits(HAD)).first).to_be_visible()
    return facts


def test_a_declined_request_says_why_and_costs_nothing(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = ring(site, client, consultant, conrad)
    assert site.backstage.ask("money", user=clara["id"])["held"] == 9000

    decline(consultant)

    expect(client.page.get_by_role("button", name="Cancel request")).to_have_count(0)
    expect(client.page.get_by_text(re.compile("subject")).first).to_be_visible()
    assert expect_money_back(site, client, call, "declined")["decline_reason"] == "not_my_subject"
    expect(consultant.page.get_by_role("button", name="Accept and join")).to_have_count(0)


def decline(consultant: Visitor) -> None:
    """With the reason "not my subject"."""
    popup = consultant.page.get_by_role("dialog")
    popup.get_by_label("Not my subject").check()
    popup.get_by_role("button", name="Decline").click()


def test_a_request_that_nobody_answers_expires(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = ring(site, client, consultant, conrad)

    expect(consultant.page.get_by_role("button", name="Accept and join")).to_have_count(0, timeout=25_000)
    expect(client.page.get_by_role("button", name="Cancel request")).to_have_count(0)

    facts = expect_money_back(site, client, call, "expired")
    assert 15 <= facts["ended_at"] - facts["requested_at"] < 18


def test_a_missed_ring_is_away_until_one_press(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    ring(site, client, consultant, conrad)
    second = consultant.new_page()
    second.goto("/desk/")

    expect(client.page.get_by_text(re.compile("was set to Away"))).to_be_visible(timeout=25_000)
    for page in (consultant.page, second):
        expect(page.get_by_text(re.compile(r"^\s*You missed a call from \w+ at \d\d:\d\d"))).to_be_visible()
        expect(page.locator(".desk-head .presence")).to_have_text("Away")
        expect(page.get_by_role("switch", name="Go online")).to_have_attribute("aria-checked", "true")
    second.goto("/consultants/")
    note = second.get_by_text(re.compile(r"^\s*You missed a call from \w+ at"))
    expect(note).to_be_visible()
    second.get_by_role("button", name="Close this note").click()
    expect(note).to_have_count(0)
    second.goto("/desk/")
    client.open(f"/consultants/{conrad['handle']}/")
    expect(client.page.get_by_role("link", name=re.compile("^Call now"))).to_have_count(0)

    consultant.button("I am back").click()

    for page in (consultant.page, second):
        expect(page.get_by_role("button", name="I am back")).to_have_count(0)
        expect(page.get_by_text(re.compile("You missed"))).to_have_count(0)
        expect(page.locator(".desk-head .presence")).to_have_text("Free now")
    steps.call_now(client)


def test_a_cancelled_request_goes_away_in_every_tab(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = ring(site, client, consultant, conrad)
    second = consultant.new_page()
    second.goto("/consultants/")
    expect(second.get_by_role("button", name="Accept and join")).to_be_visible()

    client.button("Cancel request").click()

    for page in (consultant.page, second):
        expect(page.get_by_role("button", name="Accept and join")).to_have_count(0)
    expect_money_back(site, client, call, "cancelled")


def test_a_ringing_page_survives_a_reload(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = ring(site, client, consultant, conrad)

    client.page.reload()
    consultant.page.reload()

    expect(consultant.page.get_by_role("button", name="Accept and join")).to_be_visible()
    client.button("Cancel request").click()
    expect_money_back(site, client, call, "cancelled")


def test_an_answer_that_does_not_reach_the_server_says_so_in_its_window(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    site.restart(RING_SECONDS="45")
    client, consultant = visit(clara), visit(conrad)
    ring(site, client, consultant, conrad)
    consultant.forgive("htmx:|/accept/")
    consultant.page.route("**/accept/", lambda route: route.abort())

    accept = consultant.button("Accept and join")
    accept.click()

    expect(consultant.page.get_by_role("dialog")).to_contain_text("Our server did not answer")
    expect(accept).to_be_enabled()
    consultant.page.unroute("**/accept/")
    steps.accept(consultant)
