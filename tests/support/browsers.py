"""People in front of real browsers, and what is asked of every page they see."""

import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Response, expect

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FAKE_DEVICES = "--use-fake-device-for-media-stream"
# More cameras (nothing can send what the second and third make), and a screen as made up as they are.
CAMERAS_AND_A_SCREEN = [
    f"{FAKE_DEVICES}=device-count=4",
    "--use-fake-ui-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
]
# Without loopback candidates calls would go over the network card, and fail where there is none.
FLAGS = ["--allow-loopback-in-peer-connection", "--disable-dev-shm-usage"]
PERMISSIONS = ["camera", "microphone"]

# Peer connections are kept for getStats; a break of the content policy becomes an error of the console.
WATCH = """
(() => {
  const Plain = window.RTCPeerConnection;
  window.__peers = [];
  if (Plain) window.RTCPeerConnection = class extends Plain {
    constructor(...options) { super(...options); window.__peers.push(this); }
  };
  document.addEventListener("securitypolicyviolation", (report) =>
    console.error(`content policy: ${report.violatedDirective} ${report.blockedURI}`));
})();
"""

STATS = """async () => {
  const peer = (window.__peers || []).filter((each) => each.connectionState === "connected").at(-1);
  const found = { video: {}, audio: {}, peers: window.__peers.length };
  if (!peer) return found;
  for (const report of (await peer.getStats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    found[report.kind] = { packets: report.packetsReceived, frames: report.framesDecoded || 0,
      energy: report.totalAudioEnergy || 0, width: report.frameWidth || 0 };
  }
  return found;
}"""

# The picture that is really shown: drawn twice, it must have light and dark in it, and move.
PICTURE = """async () => {
  const all = [...document.querySelectorAll("video")];
  const shown = all.filter((each) => !each.muted && each.videoWidth > 0)[0];
  if (!shown) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const draw = () => (pen.drawImage(shown, 0, 0, 64, 48), pen.getImageData(0, 0, 64, 48).data);
  const before = draw();
  await new Promise((done) => setTimeout(done, 400));
  const after = draw();
  let changed = 0, low = 255, high = 0;
  for (let at = 0; at < after.length; at += 4) {
    const light = (after[at] + after[at + 1] + after[at + 2]) / 3;
    low = Math.min(low, light);
    high = Math.max(high, light);
    const moved = Math.abs(after[at] - before[at]) + Math.abs(after[at + 1] - before[at + 1])
      + Math.abs(after[at + 2] - before[at + 2]);
    if (moved > 24) changed += 1;
  }
  return { changed, spread: high - low, paused: shown.paused, ready: shown.readyState };
}"""


def browser_path() -> str | None:
    """A browser of this machine; None leaves the search to Playwright."""
    named = os.environ.get("E2E_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, *, devices: bool = True, screen: bool = False) -> Browser:
    """Chromium with a camera and microphone that are made up, or without any."""
    made_up = CAMERAS_AND_A_SCREEN if screen else [FAKE_DEVICES] if devices else []
    flags = [*FLAGS, *made_up]
    return playwright.chromium.launch(executable_path=browser_path(), args=flags)


class Visitor:
    """One person (or a signed-out one) with a browser profile of their own."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        person: Mapping[str, Any] | None = None,
        *,
        permissions: bool = True,
        width: int = 1440,
        theme: str = "light",
        javascript: bool = True,
        locale: str = "en-GB",
    ) -> None:
        self.url = url
        self.person = dict(person or {})
        self.problems: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []
        self.context = browser.new_context(
            base_url=url,
            permissions=PERMISSIONS if permissions else [],
            viewport={"width": width, "height": 844 if width < 700 else 900},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            locale=locale,
            java_script_enabled=javascript,
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(WATCH)
        if person:
            self.context.add_cookies([{**person["cookie"], "url": url}])
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda problem: self.problems.append(f"script error: {problem}"))
        page.on("response", self._answered)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = (message.location or {}).get("url", "")
            self.problems.append(f"console: {message.text} ({where.removeprefix(self.url)})")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"status {response.status}: {response.url}")

    def forgive(self, pattern: str) -> None:
        """A problem that this test causes on purpose (`WebSocket` while the server is away)."""
        self._forgiven.append(re.compile(pattern))

    def open(self, path: str) -> Page:
        self.page.goto(path, wait_until="load")
        return self.page

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def close(self) -> list[str]:
        """End the visit; what went wrong on the pages meanwhile."""
        complained = list(self.problems)
        for page in self.context.pages:
            leave(page)
        self.context.close()
        return [each for each in complained if not any(pattern.search(each) for pattern in self._forgiven)]

    def photograph(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self.context.pages):
            if not page.is_closed():
                page.screenshot(path=folder / f"{name}-{number}.png", timeout=5000)


def leave(page: Page) -> None:
    """Go nowhere: Chromium may hang when it is closed in the middle of a navigation."""
    for _ in range(5):
        try:
            page.goto("about:blank")
        except Error:  # the page was on its way somewhere and won
            page.wait_for_load_state()
        else:
            return


def settled(page: Page, question: str) -> Any:
    """The answer of a page that may be on its way to another one."""
    for _ in range(10):
        try:
            return page.evaluate(question)
        except Error:
            page.wait_for_load_state()
    return page.evaluate(question)


def stats(page: Page) -> dict[str, Any]:
    """What this side has received from the other, by kind."""
    found: dict[str, Any] = settled(page, STATS)
    return found


def received(page: Page, kind: str, count: str) -> int:
    return int(stats(page).get(kind, {}).get(count, 0) or 0)


def expect_received(page: Page, kind: str, count: str, more_than: int, seconds: float = 15.0) -> int:
    """Wait until more than so many frames or packets have come."""
    waits = int(seconds * 10)
    for _ in range(waits):
        if (found := received(page, kind, count)) > more_than:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(
        f"{kind} {count} stayed at {received(page, kind, count)}, not above {more_than}: {stats(page)}"
    )


def expect_media(page: Page) -> None:
    """Pictures and sound arrive, go on arriving, and the pictures can be seen."""
    frames = expect_received(page, "video", "frames", 5)
    packets = expect_received(page, "audio", "packets", 5)
    expect_received(page, "video", "frames", frames + 5, 5)
    expect_received(page, "audio", "packets", packets + 10, 5)
    expect_received(page, "audio", "energy", -1)
    expect_moving_picture(page)


def expect_moving_picture(page: Page, seconds: float = 10.0) -> None:
    """What is shown has light and dark in it and moves, as soon as the machine gets to drawing it."""
    ends = time.monotonic() + seconds
    while not moves(picture := page.evaluate(PICTURE)):
        assert time.monotonic() < ends, picture or "no video element shows the other side"


def moves(picture: dict[str, Any] | None) -> bool:
    shown = picture is not None and not picture["paused"]
    return shown and picture["changed"] > 5 and picture["spread"] > 30


def no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"


def expect_path(page: Page, pattern: str, seconds: float = 15.0) -> None:
    expect(page).to_have_url(re.compile(pattern), timeout=seconds * 1000)
