"""Every fault in the middle of a real call: both come back by themselves, and the bill is right.

Several faults share one call, so that all of them together stay short.
"""

import os
import signal
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys import steps
from tests.journeys.recovery import expect_clock, expect_one_bill, expect_recovered, expect_waiting
from tests.support.browsers import Visitor, expect_received, launch, received
from tests.support.faults import AWAY, Namespace, Sockets, Wire, asleep, used_ports
from tests.support.site import Site

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def pair(visit: Any, clara: Any, conrad: Any) -> tuple[Visitor, Visitor]:
    both = visit(clara), visit(conrad)
    for visitor in both:
        visitor.forgive(AWAY)
    return both


def media_never_stops(visitor: Visitor, frames: int) -> None:
    expect_received(visitor.page, "video", "frames", frames + 10)


def expect_outage_counted(intervals: list[Any]) -> None:
    """A short outage of ours is joint time; a longer one stops the clock at the last moment that counts."""
    for (_, stopped, why), (again, _, _) in pairwise(intervals):
        assert why.endswith("_lost"), why
        assert again > stopped


def hang_until_everybody_notices(site: Site, *visitors: Visitor) -> None:
    """Longer than a silence (6 s), than what pages bear and than what counts of an outage (10 s both)."""
    since = time.monotonic()
    site.hang()
    for visitor in visitors:
        expect(visitor.page.get_by_text("Our server is not answering")).to_be_visible(timeout=20_000)
    visitors[0].page.wait_for_timeout(max(0.0, 14 - (time.monotonic() - since)) * 1_000)


def test_sockets_that_close_harm_nothing(site: Site, pair: Any, clara: Any, conrad: Any) -> None:
    client, consultant = pair
    mine, theirs = Sockets(client), Sockets(consultant)
    site.meanwhile = lambda: client.page.wait_for_timeout(20)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)

    for sockets, code in ((mine, 1011), (theirs, 1006), (mine, 1006), (theirs, 1011)):
        before = len(sockets.routes)
        frames = received(client.page, "video", "frames")
        sockets.close(code)
        steps.eventually(site, lambda sockets=sockets, before=before: len(sockets.routes) > before, 8)
        media_never_stops(client, frames)

    expect_recovered(site, call, client, consultant)
    expect_one_bill(site, call, client, clara, conrad)


def test_the_server_hangs_and_dies_and_valkey_is_lost(site: Site, pair: Any, clara: Any, conrad: Any) -> None:
    client, consultant = pair
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)

    frames = received(client.page, "video", "frames")
    site.kill()
    site.start()
    media_never_stops(client, frames)
    expect_recovered(site, call, client, consultant)
    expect_outage_counted(site.backstage.ask("consultation", id=call)["intervals"])

    frames = received(client.page, "video", "frames")
    site.valkey.stop()
    media_never_stops(client, frames)
    site.valkey.start()
    expect_recovered(site, call, client, consultant)
    client.page.reload()  # sound and beats need no Valkey; to find each other anew does
    expect_recovered(site, call, client, consultant)

    frames = received(client.page, "video", "frames")
    hang_until_everybody_notices(site, client, consultant)
    media_never_stops(client, frames)
    site.resume()
    expect_recovered(site, call, client, consultant)
    expect_outage_counted(site.backstage.ask("consultation", id=call)["intervals"])

    expect_one_bill(site, call, consultant, clara, conrad)


def test_pages_are_reloaded_and_opened_twice(site: Site, pair: Any, clara: Any, conrad: Any) -> None:
    client, consultant = pair
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)

    for visitor in (client, consultant):
        visitor.page.reload()
        expect_recovered(site, call, client, consultant)

    first, second = client.page, client.new_page()
    second.goto(first.url)
    taken = first.get_by_role("heading", name="This call is open in another tab")
    expect(taken).to_be_visible()
    client.page = second
    expect_recovered(site, call, client, consultant)

    first.get_by_role("button", name="Use it here").click()
    expect(second.get_by_role("heading", name="This call is open in another tab")).to_be_visible()
    client.page = first
    expect_recovered(site, call, client, consultant)
    expect_one_bill(site, call, client, clara, conrad)


def test_packets_are_lost_and_it_gets_dark(site: Site, pair: Any, clara: Any, conrad: Any) -> None:
    client, consultant = pair
    wires = [Wire(visitor) for visitor in pair]
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)

    for wire in wires:
        wire.lose(30)
    steps.wait_for_joint(site, call, steps.joint_so_far(site, call) + 3)
    for visitor in pair:
        frames = received(visitor.page, "video", "frames")
        expect_received(visitor.page, "video", "frames", frames + 20)
        expect_clock(site, visitor.page, call)
    steps.wait_for_state(site, call, "live")

    for wire in wires:
        wire.lose(100)
    dark = time.monotonic()
    for visitor in pair:
        expect(visitor.page.get_by_text("Reconnecting").first).to_be_visible(timeout=5_000)
    assert time.monotonic() - dark <= 3.5, "the sign comes within three seconds"
    steps.wait_for_state(site, call, "interrupted")
    stopped = steps.joint_so_far(site, call)
    expect(client.page.get_by_text("Clock stopped at").first).to_be_visible()
    for wire in wires:
        wire.lose(0)

    expect_recovered(site, call, client, consultant)
    intervals = site.backstage.ask("consultation", id=call)["intervals"]
    assert stopped <= steps.joint_so_far(site, call)
    assert intervals[-1][0] - intervals[0][1] > 3, "what was dark is not paid for"
    expect_one_bill(site, call, client, clara, conrad)


def test_a_laptop_that_sleeps_stops_the_clock_and_comes_back(
    site: Site, visit: Any, playwright: Playwright, clara: Any, conrad: Any
) -> None:
    laptop = launch(playwright)
    client, consultant = visit(clara, engine=laptop), visit(conrad)
    client.forgive(AWAY)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    steps.wait_for_joint(site, call, 2)

    slept = time.time()
    with asleep(laptop):
        expect_waiting(consultant, clara["name"])
        facts = steps.wait_for_state(site, call, "interrupted")
        assert facts["intervals"][-1][1] - slept < 4, "it stops at the last beat, not when it was noticed"
        money = consultant.page.locator("#cost").inner_text()
        consultant.page.wait_for_timeout(1_500)
        assert consultant.page.locator("#cost").inner_text() == money

    expect_recovered(site, call, client, consultant)
    expect_one_bill(site, call, consultant, clara, conrad)
    client.page.goto("about:blank")


def test_ports_that_die_for_good_are_replaced(
    site: Site, visit: Any, playwright: Playwright, clara: Any, conrad: Any, tmp_path: Path
) -> None:
    Namespace.needed()
    with Namespace(tmp_path, site.port) as namespace:
        browser = namespace.launch(playwright)
        client, consultant = visit(clara, engine=browser), visit(conrad, engine=browser)
        call = steps.connect(site, client, consultant, conrad)
        steps.both_see_and_hear(client, consultant)

        namespace.kill_ports(used_ports(client.page, consultant.page))

        expect(client.page.get_by_text("Reconnecting").first).to_be_visible(timeout=5_000)
        steps.eventually(site, lambda: _flows(client, consultant), 25)
        expect_recovered(site, call, client, consultant)
        for visitor in (client, consultant):
            assert visitor.page.evaluate("() => window.__peers.length") == 1, (
                "a restart, not a new connection"
            )
        expect_one_bill(site, call, client, clara, conrad)
        for visitor in (client, consultant):
            visitor.page.goto("about:blank")


def _flows(*visitors: Visitor) -> bool:
    counts = [received(visitor.page, "video", "frames") for visitor in visitors]
    visitors[0].page.wait_for_timeout(500)
    return all(
        received(visitor.page, "video", "frames") > count + 3
        for visitor, count in zip(visitors, counts, strict=True)
    )


def test_a_frozen_valkey_holds_up_nobody_at_the_door(site: Site, pair: Any, clara: Any, conrad: Any) -> None:
    client, consultant = pair
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    pid = site.valkey.pid
    assert pid

    os.kill(pid, signal.SIGSTOP)
    try:
        client.page.reload()
        expect(client.page.get_by_text("Our server is not answering")).to_be_visible(timeout=12_000)
    finally:
        os.kill(pid, signal.SIGCONT)

    expect_recovered(site, call, client, consultant)
    expect_one_bill(site, call, client, clara, conrad)
