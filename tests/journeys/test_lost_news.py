"""News that does not come, presses that do not arrive: pages find out by themselves and keep the call."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.browsers import expect_received, received
from tests.support.site import Site

AWAY = "WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch"


@contextmanager
def frozen_valkey(site: Site) -> Iterator[None]:
    """It holds its connections and answers nothing."""
    pid = site.valkey.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.timeout(240)
def test_the_ringing_page_finds_out_although_the_news_was_lost(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    site.restart(RING_SECONDS="40")
    client, consultant = visit(clara), visit(conrad)
    for visitor in (client, consultant):
        visitor.forgive(AWAY)
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)
    accept = consultant.page.get_by_role("button", name="Accept and join")
    expect(accept).to_be_visible()

    with frozen_valkey(site):
        accept.click()
        steps.wait_for_state(site, call, "accepted")
        expect(client.page.get_by_role("heading", name="Call with")).to_be_attached(timeout=15_000)

    steps.wait_for_state(site, call, "live", seconds=40)


@pytest.mark.timeout(240)
def test_leaving_while_the_server_is_away_keeps_the_call(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    for visitor in (client, consultant):
        visitor.forgive(AWAY)
    call = steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)

    stage = client.page.get_by_role("region", name="Video call")
    site.kill()
    client.button("Leave").click()
    expect(stage.get_by_text("this is not saved yet")).to_be_visible()
    frames = received(client.page, "video", "frames")
    expect_received(client.page, "video", "frames", frames + 10)
    client.button("End for both").click()
    client.button("End it now").click()
    expect(client.page.get_by_role("dialog")).to_have_count(0)
    expect(stage.get_by_text("this is not saved yet")).to_be_visible()

    before = steps.joint_so_far(site, call)
    site.start()
    expect(stage.get_by_text("Our server is answering again")).to_be_visible()
    # Until both are heard again, the call counts as lost, and then nobody's press is the cause of the pause.
    steps.wait_for_joint(site, call, before + 1)
    steps.wait_for_state(site, call, "live")
    client.button("Leave").click()
    expect(client.page.get_by_role("heading", name="You left the call")).to_be_visible()
    cover = client.page.get_by_role("region", name="You left the call")
    cover.get_by_role("button", name="End for both").click()
    steps.wait_for_state(site, call, "ended")
    expect(client.page.get_by_role("heading", name="You left the call")).to_have_count(0)
