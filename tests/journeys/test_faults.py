"""Reload, second tab, the server killed: the call goes on, the clock is right, the bill is right."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.browsers import expect_received, received
from tests.support.site import Site

HAD = 20_000


def seconds_left(page: Page) -> int:
    """What the room's clock shows."""
    shown = page.locator("[role=timer]").first.inner_text()
    minutes, seconds = map(int, re.findall(r"\d+", shown)[:2])
    return minutes * 60 + seconds


def expect_clock(site: Site, page: Page, call: str) -> None:
    """The clock on the page is the server's, to two seconds."""
    used = steps.joint_so_far(site, call)
    shown = 900 - seconds_left(page)
    assert abs(shown - used) <= 3, f"the page says {shown} s are used, the books {used:.1f}"


def test_a_reload_brings_back_into_the_same_call(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    steps.wait_for_joint(site, call, 4)

    client.page.reload()

    steps.both_see_and_hear(client, consultant)
    steps.wait_for_state(site, call, "live")
    steps.wait_for_joint(site, call, 8)
    for visitor in (client, consultant):
        expect_clock(site, visitor.page, call)
    steps.end_for_both(client)
    steps.expect_bill(site, call, clara, conrad, HAD)


def test_a_second_tab_does_not_end_the_call(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    first, second = client.page, client.new_page()

    second.goto(first.url)

    expect(first.get_by_text("This call is open in another tab")).to_be_visible()
    client.page = second
    steps.both_see_and_hear(client, consultant)
    steps.wait_for_joint(site, call, 6)
    assert site.backstage.ask("consultation", id=call)["state"] == "live"
    expect_clock(site, second, call)
    steps.end_for_both(consultant)
    steps.expect_bill(site, call, clara, conrad, HAD)


@pytest.mark.timeout(240)
def test_the_server_is_killed_and_started_in_the_call(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    for visitor in (client, consultant):
        visitor.forgive("WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch")
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    steps.wait_for_joint(site, call, 4)

    frames = received(client.page, "video", "frames")
    site.kill()
    site.start()
    expect_received(client.page, "video", "frames", frames + 10)  # the picture needed no server

    before = steps.joint_so_far(site, call)
    steps.wait_for_joint(site, call, before + 6)
    facts = steps.wait_for_state(site, call, "live")
    expect_outage_counted(facts["intervals"])
    steps.both_see_and_hear(client, consultant)
    for visitor in (client, consultant):
        expect_clock(site, visitor.page, call)
    steps.end_for_both(consultant)
    steps.expect_bill(site, call, clara, conrad, HAD)


def expect_outage_counted(intervals: list[Any]) -> None:
    """Up to 10 s of our own outage are joint time; a longer one stops the clock there."""
    if len(intervals) == 1:
        return
    (began, stopped, why), (again, _, _) = intervals
    assert why == "server_lost"
    assert stopped - began >= 10
    assert again > stopped


def test_a_browser_that_is_gone_stops_the_clock(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)
    steps.wait_for_joint(site, call, 4)

    client.page.goto("about:blank")

    facts = steps.wait_for_state(site, call, "interrupted")
    assert facts["intervals"][-1][1] is not None
    steps.wait_for_state(site, call, "ended", seconds=40)
    facts = site.backstage.ask("consultation", id=call)
    assert facts["end_reason"] == "client_lost"
    steps.expect_bill(site, call, clara, conrad, HAD)


@pytest.mark.timeout(240)
def test_the_bought_time_ends_the_call(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    site.restart(BOUGHT_SECONDS="8")
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)

    facts = steps.wait_for_state(site, call, "ended", seconds=30)

    assert facts["end_reason"] == "time_up"
    assert 8 <= facts["joint_seconds"] <= 8
    steps.expect_bill(site, call, clara, conrad, HAD)
    for visitor in (client, consultant):
        expect(visitor.page.get_by_text(steps.credits(facts["bill"])).first).to_be_visible()
