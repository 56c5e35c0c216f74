"""Before the call: seeing and hearing oneself while it rings, and what is said when that does not work."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys import steps
from tests.support.browsers import Visitor, expect_received
from tests.support.site import Site

# The label of the device whose picture a video element shows.
SHOWN = "(video) => video.srcObject?.getVideoTracks()[0]?.label ?? ''"

PULL_OUT = "(video) => video.srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))"
NONE_LEFT = """() => navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Requested device not found", "NotFoundError");
}"""


def expect_shown(video: Locator, device: str) -> None:
    """The words of before may still stand there while the camera that was chosen is being opened."""
    video.page.wait_for_function(
        f"([video, device]) => ({SHOWN})(video) === device", arg=[video.element_handle(), device]
    )


def check_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("group", name="Camera and sound")


def ring(site: Site, visit: Callable[..., Visitor], clara: Any, conrad: Any, **looks: Any) -> Visitor:
    """Clara rings; nobody answers."""
    call = site.backstage.ask("ring", client=clara["id"], consultant=conrad["id"])
    client = visit(clara, **looks)
    client.open(f"/consultations/{call}/")
    return client


def test_the_camera_chosen_while_it_rings_is_the_one_in_the_room(
    site: Site, visit: Any, browser_with_screen: Browser, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara, engine=browser_with_screen), visit(conrad)
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    steps.place_call(client, conrad)

    check = check_of(client)
    expect(check.get_by_text("Your camera and microphone work.")).to_be_visible()
    expect(check.get_by_text("We can hear you.")).to_be_visible()
    check.get_by_label("Camera", exact=True).select_option("fake_device_3")
    expect(check.get_by_text("Your camera and microphone work.")).to_be_visible()
    expect_shown(check.get_by_label("Your own video"), "fake_device_3")
    check.get_by_label("Speaker").select_option(index=1)
    check.get_by_role("button", name="Play a test sound").click()
    steps.accept(consultant)

    steps.both_see_and_hear(client, consultant)
    expect_shown(client.page.get_by_label("Your own video"), "fake_device_3")
    client.page.wait_for_function("() => document.getElementById('other-video').sinkId")
    change_devices_in_the_call(client, consultant)
    pull_the_camera_out(client, consultant)
    steps.end_for_both(client)


def change_devices_in_the_call(client: Visitor, consultant: Visitor) -> None:
    """Another camera goes out on the same connection; who was muted stays muted."""
    mute = client.button("Mute")
    mute.click()
    client.button("Devices and view").click()
    client.page.get_by_label("Microphone", exact=True).select_option(index=1)
    client.page.get_by_label("Camera", exact=True).select_option("fake_device_0")
    expect(client.page.get_by_label("Your own video")).to_have_js_property("readyState", 4)
    client.page.keyboard.press("Escape")
    expect(mute).to_have_attribute("aria-pressed", "true")
    expect(consultant.page.get_by_text("Microphone off")).to_be_attached()
    expect_shown(client.page.get_by_label("Your own video"), "fake_device_0")
    frames = expect_received(consultant.page, "video", "frames", 0)
    expect_received(consultant.page, "video", "frames", frames + 10)
    assert client.page.evaluate("() => window.__peers.length") == 1


def pull_the_camera_out(client: Visitor, consultant: Visitor) -> None:
    """Named, with a way out, and the call goes on; then it is there again."""
    client.page.evaluate(NONE_LEFT)
    client.page.get_by_label("Your own video").evaluate(PULL_OUT)
    expect(
        client.page.get_by_text("Your camera (fake_device_0) was disconnected. Plug it back in")
    ).to_be_visible()
    expect(consultant.page.locator("#other-tile")).to_have_attribute("data-picture", "no")
    client.page.evaluate("() => delete navigator.mediaDevices.getUserMedia")
    client.button("Try again").click()
    expect(client.page.get_by_text("Your camera (fake_device_0) was disconnected")).to_be_hidden()
    expect(consultant.page.locator("#other-tile")).to_have_attribute("data-picture", "yes")
    frames = expect_received(consultant.page, "video", "frames", 0)
    expect_received(consultant.page, "video", "frames", frames + 10)


def test_a_blocked_camera_is_named_and_a_press_asks_again(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client = ring(site, visit, clara, conrad, permissions=False)
    check = check_of(client)
    expect(check.get_by_text("See and hear yourself")).to_be_visible()

    check.get_by_role("button", name="Check camera and sound").click()
    expect(check.get_by_text("Your browser blocks the camera for this site.")).to_be_visible()
    expect(check.get_by_text("Your browser blocks the microphone for this site.")).to_be_visible()
    client.context.grant_permissions(["camera", "microphone"])
    check.get_by_role("button", name="Check again").click()
    expect(check.get_by_text("Your camera and microphone work.")).to_be_visible()
    check.get_by_role("button", name="Turn off").click()
    expect(check.get_by_role("button", name="Check camera and sound")).to_be_focused()


def test_nothing_plugged_in_is_named(
    site: Site, visit: Any, browser_without_devices: Browser, clara: Any, conrad: Any
) -> None:
    client = ring(site, visit, clara, conrad, engine=browser_without_devices)
    check = check_of(client)
    expect(check.get_by_text("No camera was found. Plug one in")).to_be_visible()
    expect(check.get_by_text("No microphone was found. Plug one in")).to_be_visible()


CANNOT = "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined })"
IN_USE = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Could not start video source", "NotReadableError");
};"""


@pytest.mark.parametrize(
    ("script", "words"),
    [(CANNOT, "This browser cannot use a camera"), (IN_USE, "Another program is using the camera")],
    ids=["cannot", "in use"],
)
def test_other_reasons_have_their_own_words(
    site: Site, visit: Any, clara: Any, conrad: Any, script: str, words: str
) -> None:
    client = ring(site, visit, clara, conrad)
    client.context.add_init_script(script)
    client.page.reload()
    expect(check_of(client).get_by_text(words)).to_be_visible()
