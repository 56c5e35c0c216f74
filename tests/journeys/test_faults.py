"""Ends that nobody pressed: a browser that is gone, time used up. (What comes back: test_recovery.)"""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.site import Site

HAD = 20_000


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
    site.restart(BOUGHT_SECONDS="8", GOODBYE_SECONDS="4")
    client, consultant = visit(clara), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)

    facts = steps.wait_for_state(site, call, "ended", seconds=30)

    assert facts["end_reason"] == "time_up"
    assert 8 <= facts["joint_seconds"] <= 8
    steps.expect_bill(site, call, clara, conrad, HAD)
    for visitor in (client, consultant):
        receipt = visitor.page.get_by_text(steps.credits(facts["bill"])).first
        expect(receipt).to_be_visible(timeout=20_000)  # after the goodbye
