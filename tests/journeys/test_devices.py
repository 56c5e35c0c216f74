"""Joining without a camera, without permission, without anything: it is a call all the same."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import steps
from tests.support.browsers import expect_received, received
from tests.support.site import Site

NO_CAMERA = """
  const plain = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.video) throw new DOMException("Requested device not found", "NotFoundError");
    return plain(wanted);
  };
  const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  navigator.mediaDevices.enumerateDevices = async () =>
    (await list()).filter((device) => device.kind !== "videoinput");
"""


def write(visitor: Any, words: str) -> None:
    """In the plain text line of the room."""
    chat = visitor.button("Chat")
    if chat.is_visible():
        chat.click()
    visitor.page.get_by_role("textbox", name="Message").fill(words)
    visitor.button("Send").click()


def expect_connected(site: Site, call: str) -> None:
    """Live, and the seconds are witnessed."""
    steps.wait_for_state(site, call, "live")
    steps.wait_for_joint(site, call, 3)


def test_sound_only_is_a_call(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    client.context.add_init_script(NO_CAMERA)
    call = steps.connect(site, client, consultant, conrad)

    expect_connected(site, call)
    expect_received(consultant.page, "audio", "packets", 20)
    expect_received(client.page, "video", "frames", 5)
    assert received(consultant.page, "video", "frames") == 0
    steps.end_for_both(client)
    steps.expect_bill(site, call, clara, conrad, 20_000)


def test_a_refused_camera_is_a_call_with_text(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara, permissions=False), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)

    expect_connected(site, call)
    expect_received(client.page, "video", "frames", 5)
    write(client, "I have no microphone")
    expect(consultant.page.get_by_text("I have no microphone", exact=True)).to_be_attached()
    steps.end_for_both(client)
    steps.expect_bill(site, call, clara, conrad, 20_000)


@pytest.mark.parametrize("width", [1440])
def test_two_people_without_any_device_are_connected(
    site: Site, visit: Any, browser_without_devices: Browser, clara: Any, conrad: Any, width: int
) -> None:
    client = visit(clara, engine=browser_without_devices, width=width)
    consultant = visit(conrad, engine=browser_without_devices, width=width)
    call = steps.connect(site, client, consultant, conrad)

    expect_connected(site, call)
    write(consultant, "Then let us write")
    expect(client.page.get_by_text("Then let us write", exact=True)).to_be_visible()
    steps.end_for_both(consultant)
    steps.expect_bill(site, call, clara, conrad, 20_000)
