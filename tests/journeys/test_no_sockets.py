"""A network that blocks sockets, and a browser without scripts: every action works all the same."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.line import Line
from tests.support.site import Site

PAUSED = "Live updates are paused, so we check for changes every few seconds. Every button still works."


@pytest.mark.timeout(120)
def test_with_sockets_blocked_a_request_is_seen_and_accepted(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    site.restart(RING_SECONDS="40")
    client, consultant = visit(clara), visit(conrad)
    for visitor in (client, consultant):
        Line(visitor, down=True)
    consultant.open("/desk/")
    expect(consultant.page.get_by_text(PAUSED)).to_be_visible()
    expect(consultant.page.get_by_text(re.compile("^Connected by ordinary requests"))).to_be_visible()
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)

    popup = consultant.page.get_by_role("button", name="Accept and join")
    expect(popup).to_be_visible(timeout=20_000)
    expect(client.page.get_by_text("Delivered to")).to_be_visible(timeout=10_000)
    popup.click()

    for visitor in (consultant, client):
        expect(visitor.page.get_by_role("heading", name="Call with")).to_be_attached(timeout=20_000)
    assert site.backstage.ask("consultation", id=call)["state"] == "accepted"


def test_without_scripts_people_request_cancel_decline_accept_and_switch(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara, javascript=False), visit(conrad, javascript=False)
    reachable = visit(conrad)  # somewhere a page with scripts is open, or nobody could be rung
    reachable.open("/desk/")
    steps.wait_until_free(site, conrad)

    call = steps.place_call(client, conrad)
    client.button("Cancel request").click()
    steps.wait_for_state(site, call, "cancelled")
    expect(client.page.get_by_text("back in your wallet").first).to_be_visible()

    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)
    consultant.open(f"/consultations/{call}/")
    consultant.page.get_by_label("Needs longer").check()
    consultant.button("Decline").click()
    assert steps.wait_for_state(site, call, "declined")["decline_reason"] == "needs_longer"

    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)
    consultant.open(f"/consultations/{call}/")
    consultant.button("Accept and join").click()
    steps.wait_for_state(site, call, "accepted")
    consultant.open("/desk/")
    consultant.page.get_by_role("switch", name="Go online").click()
    expect(consultant.page.get_by_role("switch", name="Go online")).to_have_attribute("aria-checked", "false")
