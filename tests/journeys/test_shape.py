"""The shape of a quarter hour: more time by agreement, a goodbye, and a call in writing."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.support.browsers import Visitor, expect_path, expect_received, received
from tests.support.site import Site

# The browser looks for a path through a relay only, and there is none.
NO_PATH = """(() => {
  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(options) { super({ ...options, iceTransportPolicy: "relay" }); }
    setConfiguration(options) { super.setConfiguration({ ...options, iceTransportPolicy: "relay" }); }
  };
})();"""
OPEN_PEERS = 'window.__peers.filter((each) => each.connectionState !== "closed").length'


def test_extended_by_both_then_goodbye_a_new_ring_and_the_exact_bill(
    site: Site, visit: Any, clara: Any, conrad: Any, stella: Any
) -> None:
    client, consultant, next_one = visit(clara), visit(conrad), visit(stella)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    site.backstage.ask("seconds_left", id=call, seconds=58)

    extend_by_both(client, consultant)
    facts = steps.wait_for_state(site, call, "live")
    assert (facts["bought_seconds"], facts["held"]) == (1200, 12_000)
    assert site.backstage.ask("money", user=clara["id"])["held"] == 12_000
    for visitor in (client, consultant):
        expect(visitor.button("Extend")).to_be_hidden()

    site.backstage.ask("seconds_left", id=call, seconds=8)
    facts = steps.wait_for_state(site, call, "ended")
    assert (facts["end_reason"], facts["joint_seconds"], facts["bill"]) == ("time_up", 1200, 12_000)
    expect_goodbye(client, consultant)

    steps.wait_until_free(site, conrad)
    second = steps.place_call(next_one, conrad)
    consultant.button("Accept and join").click()  # the popup came over the room
    expect_path(consultant.page, second)
    client.page.reload()
    expect(client.page.get_by_role("heading", name="Goodbye")).to_be_visible()
    client.page.get_by_role("link", name="View receipt").click()

    expect(client.page.get_by_text("Held 120.00, paid 120.00, 0.00 returned.")).to_be_visible()
    expect(client.page.get_by_text("Held for 5:00 more")).to_be_visible()
    assert steps.expect_bill(site, call, clara, conrad, 20_000) == 12_000


def extend_by_both(client: Visitor, consultant: Visitor) -> None:
    """In the last minute, with the price before the click."""
    offer = "Extend by 5 min for 30.00 credits. Both of you must press Extend."
    expect(client.page.get_by_text(offer)).to_be_visible()
    expect(client.page.locator("#shape-said")).to_have_text(re.compile(r"left\.$"))
    client.button("Extend").click()
    expect(client.page.get_by_text("Waiting for Conrad")).to_be_visible()
    expect(consultant.page.get_by_text(re.compile("would like 5 more min")).first).to_be_visible()
    consultant.button("Extend").click()
    for visitor in (client, consultant):
        expect(visitor.page.locator("#clock-bought")).to_have_text("20:00")


def expect_goodbye(*visitors: Visitor) -> None:
    """Seen, and pictures go on arriving."""
    for visitor in visitors:
        expect(visitor.page.get_by_role("heading", name="Goodbye")).to_be_visible(timeout=15_000)
    for visitor in visitors:
        frames = received(visitor.page, "video", "frames")
        expect_received(visitor.page, "video", "frames", frames + 5, 5)


def test_without_devices_and_without_a_path_it_is_a_call_in_text(
    site: Site, visit: Any, browser_without_devices: Browser, clara: Any, conrad: Any
) -> None:
    client = visit(clara, engine=browser_without_devices)
    consultant = visit(conrad, engine=browser_without_devices, width=390)
    for visitor in (client, consultant):
        visitor.context.add_init_script(NO_PATH)
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)
    steps.accept(consultant)

    client.button("Continue in text").click()
    expect(client.page.get_by_text(re.compile("^Waiting for Conrad.* to agree"))).to_be_visible()
    expect(consultant.page.get_by_text(re.compile("would like to continue in text"))).to_be_visible()
    consultant.button("Continue in text").click()
    assert steps.wait_for_state(site, call, "live")["mode"] == "text"
    for page in (client.page, consultant.page):
        expect(page.locator("#room")).to_have_attribute("data-mode", "text")
        page.wait_for_function(f"{OPEN_PEERS} === 0")

    write_to_each_other(client.page, consultant.page)
    client.page.reload()
    expect(client.page.get_by_text("Then let us write").first).to_be_visible()
    steps.wait_for_joint(site, call, 6)
    steps.end_for_both(client)

    steps.expect_bill(site, call, clara, conrad, 20_000)
    for page in (client.page, consultant.page):
        expect(page.get_by_text(re.compile(r", in text\s*$"))).to_be_visible()
        expect(page.get_by_text("Then let us write").first).to_be_visible()


def write_to_each_other(client: Page, consultant: Page) -> None:
    """Seen without opening anything: there is nothing else to look at."""
    for page, words, other in (
        (client, "I have no camera", consultant),
        (consultant, "Then let us write", client),
    ):
        page.get_by_role("textbox", name="Message").fill(words)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(other.get_by_text(words).first).to_be_visible()
