"""One call between Firefox ESR and Chromium, each on each side."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.journeys import steps
from tests.support.browsers import Visitor, expect_received
from tests.support.site import Site

MISSING = "no Firefox ESR here: `apt-get install firefox-esr` runs these tests"
PREFERENCES: dict[str, Any] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
}
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """The system's Firefox, over WebDriver BiDi."""
    path = shutil.which("firefox-esr")
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    started = playwright.firefox.launch(
        channel="moz-firefox", executable_path=path, firefox_user_prefs=PREFERENCES
    )
    yield started
    started.close()


def both_receive(*pages: Page) -> None:
    """Pictures and sound of the other arrive, and go on. (Firefox's made-up camera is one flat colour.)"""
    for page in pages:
        frames = expect_received(page, "video", "frames", 5, 25)
        packets = expect_received(page, "audio", "packets", 5)
        expect_received(page, "video", "frames", frames + 5)
        expect_received(page, "audio", "packets", packets + 10)


@pytest.mark.parametrize("who", ["client", "consultant"])
def test_firefox_and_chromium_call_each_other(
    site: Site, visit: Any, firefox: Browser, clara: Any, conrad: Any, who: str
) -> None:
    engines = {"engine": firefox, "permissions": False}
    client: Visitor = visit(clara, **(engines if who == "client" else {}))
    consultant: Visitor = visit(conrad, **(engines if who == "consultant" else {}))

    call = steps.connect(site, client, consultant, conrad)

    both_receive(client.page, consultant.page)
    steps.wait_for_joint(site, call, 4)
    steps.end_for_both(client)
    steps.expect_bill(site, call, clara, conrad, 20_000)
