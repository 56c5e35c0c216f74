"""From signing up to the receipt, in two browsers that really see and hear each other."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.browsers import Visitor
from tests.support.site import Site


def test_from_sign_up_to_the_receipt(site: Site, visit: Any, conrad: dict[str, Any]) -> None:
    site.backstage.ask("switch_off", user=conrad["id"])
    consultant, client = visit(conrad), visit()
    email = f"nora-{conrad['handle']}@example.com"
    client.open(f"/consultants/{conrad['handle']}/")
    expect(client.page.get_by_role("link", name=re.compile("^Call now"))).to_have_count(0)

    steps.go_online(consultant)
    steps.call_now(client)  # the open page has learned of it
    client.page.get_by_label("Topic").fill("How do I index this?")
    client.button("Sign up").click()
    steps.sign_up(client, email, "Nora New", "I need help")
    client.button("Top up").click()
    steps.confirm_address(client, site, email)
    expect(client.page.get_by_label("Topic")).to_be_visible()
    top_up(client)
    call = steps.confirm(client, "How do I index this column?")
    person = site.backstage.ask("user_by_email", email=email)
    had = site.backstage.ask("money", user=person["id"])
    assert had["held"] == 9000

    steps.accept(consultant)
    steps.both_see_and_hear(client, consultant)
    expect_busy(visit(), conrad)
    steps.wait_for_joint(site, call, 4)
    steps.end_for_both(client)

    before = had["available"] + had["held"]
    bill = steps.expect_bill(site, call, person, conrad, before)
    assert bill > 0
    expect_receipts(client, consultant, bill, before)


def expect_busy(reader: Visitor, consultant: dict[str, Any]) -> None:
    """Minutes as this browser counts them, on a page that never rang."""
    reader.open(f"/consultants/{consultant['handle']}/")
    minutes = re.compile(r"^In a call, free in about (1[0-5]|\d) min$")
    expect(reader.page.locator(".profile .presence")).to_have_text(minutes)


def top_up(client: Visitor) -> None:
    """Inside the sheet, and on from where one stopped."""
    expect(client.page.get_by_label("Topic")).to_have_value("How do I index this?")
    client.page.get_by_label("exactly what you need").check()
    client.button("Top up").click()
    expect(client.button("Confirm and call")).to_be_visible()


def expect_receipts(client: Visitor, consultant: Visitor, bill: int, before: int) -> None:
    """The same amounts on every page that speaks of them."""
    payout = steps.credits(bill - bill * 2000 // 10_000)
    expect(client.page.get_by_text(steps.credits(bill)).first).to_be_visible()
    expect(consultant.page.get_by_text(payout).first).to_be_visible()
    client.open("/wallet/")
    expect(client.page.get_by_text(steps.credits(before - bill)).first).to_be_visible()
    consultant.open("/desk/earnings/")
    expect(consultant.page.get_by_text(payout).first).to_be_visible()


def test_mute_and_camera_off_are_no_loss(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)

    for name in ("Mute", "Camera off"):
        button = client.page.get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    steps.wait_for_joint(site, call, 9)

    assert site.backstage.ask("consultation", id=call)["state"] == "live"
    assert len(site.backstage.ask("consultation", id=call)["intervals"]) == 1
    client.page.get_by_role("button", name="Mute", exact=True).click()
    steps.end_for_both(consultant)
    steps.expect_bill(site, call, clara, conrad, 20_000)


def test_leaving_stops_the_clock_and_returning_goes_on(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)
    steps.wait_for_joint(site, call, 3)

    client.button("Leave").click()
    steps.wait_for_state(site, call, "interrupted")
    before = steps.joint_so_far(site, call)
    client.page.get_by_role("button", name="Return to the call").click()
    steps.wait_for_state(site, call, "live")
    steps.both_see_and_hear(client, consultant)
    steps.wait_for_joint(site, call, before + 2)
    steps.end_for_both(client)

    steps.expect_bill(site, call, clara, conrad, 20_000)
    facts = site.backstage.ask("consultation", id=call)
    assert [why for _, _, why in facts["intervals"]] == ["client_left", "client_ended"]


def test_a_switch_is_seen_on_a_watching_page(site: Site, visit: Any, conrad: Any) -> None:
    consultant, watcher = visit(conrad), visit()
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    watcher.open(f"/consultants/{conrad['handle']}/")
    free = watcher.page.get_by_role("link", name=re.compile("^Call now"))
    expect(free).to_be_visible()

    consultant.page.get_by_role("switch", name="Go online").click()
    expect(free).to_have_count(0)
    consultant.page.get_by_role("switch", name="Go online").click()
    expect(free).to_be_visible()
