"""In the call: screen sharing, sound alone on a bad line, every control by key, a phone held either way."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.journeys.test_devices import NO_CAMERA
from tests.journeys.test_pages import faults
from tests.support.browsers import Visitor, expect_received, received
from tests.support.site import Site

WIDTH = "() => document.getElementById('other-video').videoWidth"
BAD = {"packetLoss": 35, "latency": 300}
CONTROLS = ["Mute", "Camera off", "Share screen", "Chat", "Devices and view", "End for both", "Leave"]
OUTLINE = "(element) => getComputedStyle(element).outlineStyle !== 'none'"
REACHABLE = """(names) => {
  const wide = innerWidth, high = innerHeight;
  return names.filter((name) => {
    const all = [...document.querySelectorAll(".controls button")];
    const button = all.find((each) => (each.getAttribute("aria-label") ?? each.textContent.trim()) === name);
    const { left, top, right, bottom, width, height } = button.getBoundingClientRect();
    return left < 0 || top < 0 || right > wide || bottom > high || width < 44 || height < 44;
  });
}"""


def width_becomes(page: Page, wide: bool) -> None:
    """The made-up screen is wider than the made-up camera."""
    page.wait_for_function(f"(wide) => (({WIDTH})() > 1300) === wide", arg=wide)


def frames_go_on(page: Page) -> None:
    expect_received(page, "video", "frames", received(page, "video", "frames") + 5)


def test_sharing_the_screen_and_back(
    site: Site, visit: Any, browser_with_screen: Browser, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara, engine=browser_with_screen), visit(conrad, engine=browser_with_screen)
    client.context.add_init_script(NO_CAMERA)
    steps.connect(site, client, consultant, conrad)
    share = consultant.button("Share screen")

    share.click()
    expect(share).to_have_attribute("aria-pressed", "true")
    expect(client.page.get_by_text("Sharing the screen")).to_be_visible()
    width_becomes(client.page, wide=True)
    frames_go_on(client.page)
    share.click()
    expect(share).to_have_attribute("aria-pressed", "false")
    expect(client.page.get_by_text("Sharing the screen")).to_be_hidden()
    width_becomes(client.page, wide=False)
    frames_go_on(client.page)
    sharing_without_a_camera(client, consultant)
    steps.end_for_both(client)


def sharing_without_a_camera(client: Visitor, consultant: Visitor) -> None:
    """Nothing was sent before, so the two have to agree on pictures first; the browser's own bar ends it."""
    share = client.button("Share screen")
    assert received(consultant.page, "video", "frames") == 0
    share.click()
    expect_received(consultant.page, "video", "frames", 5)
    expect(consultant.page.locator("#other-tile")).to_have_attribute("data-picture", "yes")
    client.page.get_by_label("Your own video").evaluate(
        "(video) => video.srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))"
    )
    expect(share).to_have_attribute("aria-pressed", "false")
    expect(client.page.get_by_text("You are no longer sharing your screen.")).to_be_visible()
    expect(consultant.page.locator("#other-tile")).to_have_attribute("data-picture", "no")


def network(visitor: Visitor) -> Any:
    """Change this page's line as one likes; it must be called before the page connects."""
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")

    def become(**more: int) -> None:
        usual = {"offline": False, "latency": 1, "downloadThroughput": 5e7, "uploadThroughput": 5e7}
        wire.send("Network.emulateNetworkConditions", usual | {"packetLoss": 0} | more)

    become()
    return become


def test_sound_alone_is_offered_on_a_bad_line_and_taken_back(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    become = network(client)
    steps.connect(site, client, consultant, conrad)
    steps.both_see_and_hear(client, consultant)
    expect(client.page.get_by_text(re.compile("^(Good|Fair) connection$"))).to_be_visible(timeout=15_000)

    become(**BAD)
    client.page.get_by_role("button", name="Turn video off, keep sound").click(timeout=40_000)
    expect(client.page.get_by_text("Video is off. The sound stays on.", exact=True)).to_be_visible()
    expect(consultant.page.get_by_text("connection is weak, so video is off for both of you")).to_be_visible()
    become()
    no_picture_comes(client.page)
    no_picture_comes(consultant.page)
    client.button("Turn video back on").click()
    frames_go_on(consultant.page)
    frames_go_on(client.page)
    steps.end_for_both(consultant)


def no_picture_comes(page: Page) -> None:
    """Sound goes on; what was on its way arrives, then nothing more."""
    for _ in range(8):
        before = received(page, "video", "frames")
        expect_received(page, "audio", "packets", received(page, "audio", "packets") + 40)
        if received(page, "video", "frames") == before:
            return
    raise AssertionError("pictures still come")


def test_every_control_by_key(
    site: Site, visit: Any, browser_with_screen: Browser, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara, engine=browser_with_screen), visit(conrad)
    steps.connect(site, client, consultant, conrad)
    page = client.page
    expect(client.button("Mute")).to_be_enabled()

    client.button("Mute").focus()
    for name in CONTROLS:
        expect(client.button(name)).to_be_focused()
        assert page.locator(":focus").evaluate(OUTLINE), f"{name} shows no focus"
        page.keyboard.press("Tab")
    press_the_toggles(client)
    walk_through_the_menu(client)
    look_at_it_on_every_screen(page)
    steps.end_for_both(client)


def press_the_toggles(client: Visitor) -> None:
    for name in ("Mute", "Camera off", "Share screen"):
        button = client.button(name)
        for state in ("true", "false"):
            button.press("Space")
            expect(button).to_have_attribute("aria-pressed", state)
            expect(button).to_be_focused()


def walk_through_the_menu(client: Visitor) -> None:
    """Opened, walked through and closed without losing one's place."""
    opener, page = client.button("Devices and view"), client.page
    opener.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Camera", exact=True)).to_be_focused()
    swap = client.button("Swap the videos")
    swap.press("Enter")
    expect(swap).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#stage")).to_have_attribute("data-first", "own")
    window = client.button("Picture in picture")
    for now in ("true", "false"):
        window.press("Enter")
        expect(window).to_have_attribute("aria-pressed", now)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    for now in ("true", "false"):
        opener.press("Enter")
        client.button("Full screen").press("Enter")
        expect(page.locator("#full")).to_have_attribute("aria-pressed", now)
        if now == "false":  # going to full screen closed the menu by itself
            page.keyboard.press("Escape")
        expect(opener).to_be_focused()


def look_at_it_on_every_screen(page: Page) -> None:
    """A phone held either way, and 200 % of a laptop: the page is half as wide and half as high."""
    for width, height in ((390, 844), (844, 390), (720, 450)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("#other-video")).to_be_in_viewport(ratio=0.9)
        assert page.evaluate(REACHABLE, CONTROLS) == [], f"out of reach at {width} x {height}"
        assert faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_device_check_has_no_fault(site: Site, visit: Any, clara: Any, conrad: Any, theme: str) -> None:
    client = visit(clara, theme=theme, width=390)
    call = site.backstage.ask("ring", client=clara["id"], consultant=conrad["id"])
    client.open(f"/consultations/{call}/")
    expect(client.page.get_by_text("Your camera and microphone work.")).to_be_visible()
    assert faults(client.page) == []
