"""What every recovery must come to: pictures and sound again, the right clock, one right bill."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.browsers import Visitor
from tests.support.site import Site

HAD = 20_000
SLOW = 2.5  # how much the clock of a page may differ from the books, in seconds


def seconds_left(page: Page) -> int:
    """What the room's clock shows."""
    shown = page.locator("[role=timer]").first.inner_text()
    minutes, seconds = map(int, re.findall(r"\d+", shown)[:2])
    return minutes * 60 + seconds


def expect_clock(site: Site, page: Page, call: str) -> None:
    """The clock on the page is the server's."""
    found: list[str] = []

    def agree() -> bool:
        used, shown = steps.joint_so_far(site, call), 900 - seconds_left(page)
        found[:] = [f"the page says {shown} s are used, the books {used:.1f}"]
        return abs(shown - used) <= SLOW

    steps.eventually(site, agree, 6, lambda: found[0])


def expect_recovered(site: Site, call: str, *visitors: Visitor) -> None:
    """Both see and hear, it is live, the clock runs and is right on both pages."""
    steps.both_see_and_hear(*visitors)
    steps.wait_for_state(site, call, "live")
    steps.wait_for_joint(site, call, steps.joint_so_far(site, call) + 1)
    for visitor in visitors:
        expect_clock(site, visitor.page, call)


def expect_one_bill(site: Site, call: str, by: Visitor, client: Any, consultant: Any) -> None:
    """End it: the bill is right to the hundredth, and the ledger has settled it once."""
    steps.end_for_both(by)
    steps.expect_bill(site, call, client, consultant, HAD)
    assert site.backstage.ask("settlements", id=call) == 1


def expect_waiting(visitor: Visitor, name: str) -> None:
    """The page of who stayed: it says why the clock stands, how long we wait, and offers the end."""
    stage = visitor.page.get_by_role("region", name="Video call")
    expect(
        stage.get_by_text(re.compile(rf"{name} lost connection\. Clock stopped at \d+:\d\d"))
    ).to_be_visible(timeout=20_000)
    expect(stage.get_by_text(re.compile(r"Waiting up to \d+ s"))).to_be_visible()
    expect(visitor.button("End now")).to_be_visible()
