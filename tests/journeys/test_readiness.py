"""The desk before the first ring: four marks, and whether the page is connected."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps
from tests.support.site import Site

PLAYED = "() => document.querySelector('audio#ring-sound')?.played.length > 0"
WELL = {"camera": "Works.", "microphone": "Works.", "notifications": "Allowed"}
AWAY = "WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch"


def mark(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))


def expect_marks(page: Page, **words: str) -> None:
    for name, said in words.items():
        expect(mark(page, name.capitalize())).to_contain_text(said)


def test_going_online_plays_the_ring_and_shows_four_marks(site: Site, visit: Any, conrad: Any) -> None:
    site.backstage.ask("switch_off", user=conrad["id"])
    consultant = visit(conrad)
    consultant.forgive(AWAY)
    consultant.context.grant_permissions(["camera", "microphone", "notifications"])
    page = consultant.open("/desk/")
    expect_marks(page, sound="Not tested yet", camera="Not checked yet", microphone="Not checked yet")

    steps.go_online(consultant)

    expect_marks(page, sound="Did you hear it?", **WELL)
    page.wait_for_function(PLAYED)
    expect(mark(page, "Sound").get_by_role("button", name="Play again")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Connected, checked \d+ s ago$"))).to_be_visible()
    expect(page.get_by_role("switch", name="Go online")).to_be_focused()

    page.reload()
    expect_marks(page, sound="Worked last time", **WELL)

    site.kill()
    expect(page.get_by_text("Connection lost.")).to_be_visible()
    site.start()
    expect(page.get_by_text("Connection lost.")).to_be_hidden(timeout=20_000)
    expect(page.get_by_text(re.compile(r"^Connected, checked \d+ s ago$"))).to_be_visible()


def test_without_devices_one_goes_online_all_the_same(
    site: Site, visit: Any, browser_without_devices: Any, conrad: Any
) -> None:
    site.backstage.ask("switch_off", user=conrad["id"])
    consultant = visit(conrad, engine=browser_without_devices)
    steps.go_online(consultant)
    page = consultant.page
    expect_marks(page, camera="No camera was found", microphone="No microphone was found")
    expect(page.get_by_text("You have no camera or microphone. You can still go online")).to_be_visible()
    steps.wait_until_free(site, conrad)
