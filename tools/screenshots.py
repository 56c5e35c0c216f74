"""Takes the README's pictures of a running site with demo data, by playing a call with two browsers.

    make run                                                 in one terminal
    .venv/bin/python -m tools.screenshots                    in another: writes docs/img/*.png
    .venv/bin/python -m tools.screenshots http://127.0.0.1:8001 /tmp/pictures dark

Needs what `make test` installs. The cameras show drawings instead of a camera's test pattern.
"""

import base64
import re
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tools import browser as chromium
from tools.portrait_people import PEOPLE
from tools.portraits import scene

DOCS = Path(__file__).resolve().parent.parent / "docs" / "img"
SIZE: ViewportSize = {"width": 1280, "height": 800}
Theme = Literal["light", "dark"]
TOPIC = "The notice period in my new contract: six months for me, one for them. Can I push back?"
TALK_SECONDS = 16
SAID = (
    "Hi Daniel! Could you hold the page with the notice clause up to the camera?",
    "Clause 7.2: they ask six months of you and give one. That is the one to push on.",
    "Would they really agree to three, both ways?",
)
LONGER_CALL = "I resigned, and now the new employer"
LOOKED_AT = {"home": "/", "directory": "/consultants/", "profile": "/consultants/mara-lindqvist/"}
MEDIA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--font-render-hinting=none"]
# The picture of the camera is a drawing; the sound stays that of the fake device.
CAMERA = """
const drawing = new Image();
drawing.src = "data:image/svg+xml;base64,%s";
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  if (!stream.getVideoTracks().length) return stream;
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 854 });
  const paint = canvas.getContext("2d");
  setInterval(() => paint.drawImage(drawing, 0, 0, 1280, 854), 100);
  stream.getVideoTracks().forEach((track) => stream.removeTrack(track));
  stream.addTrack(canvas.captureStream(10).getVideoTracks()[0]);
  return stream;
};
"""


class Pictures:
    """The site at `address`, and where its pictures go."""

    def __init__(self, address: str, out: Path, theme: Theme) -> None:
        self.address, self.out, self.theme = address.rstrip("/"), out, theme

    def person(self, browser: Browser, portrait: str, room: str) -> Page:
        """A window of its own, with a camera that shows this person."""
        drawing = base64.b64encode(scene(PEOPLE[portrait], room).encode()).decode()
        context = browser.new_context(viewport=SIZE, color_scheme=self.theme, reduced_motion="reduce")
        context.add_init_script(CAMERA % drawing)
        context.grant_permissions(["camera", "microphone"], origin=self.address)
        return context.new_page()

    def sign_in(self, page: Page, name: str) -> None:
        """By the button of the sign-in page."""
        page.goto(f"{self.address}/accounts/login/")
        page.get_by_role("button", name=name).click()
        page.wait_for_load_state()

    def take(self, page: Page, name: str) -> None:
        page.wait_for_timeout(700)
        page.evaluate("document.fonts.ready")
        path = self.out / f"{name}.png"
        page.screenshot(path=path)
        sys.stdout.write(f"{path} ({path.stat().st_size // 1024} kB)\n")

    def look_around(self, page: Page) -> None:
        for name, path in {
            "home": "/",
            "directory": "/consultants/",
            "profile": "/consultants/mara-lindqvist/",
        }.items():
            page.goto(self.address + path)
            self.take(page, name)

    def call(self, client: Page, consultant: Page) -> None:
        """From the switch to the end of a short call."""
        self.go_online(consultant)
        self.look_around(client)
        self.sign_in(client, "Daniel Mensah")
        client.goto(f"{self.address}/consultants/mara-lindqvist/")
        client.get_by_role("link", name=re.compile("^Call now")).first.click()
        client.get_by_role("textbox", name=re.compile("^Topic")).fill(TOPIC)
        self.take(client, "sheet")
        client.get_by_role("button", name="Confirm and call").click()
        accept = consultant.get_by_role("button", name="Accept and join")
        accept.wait_for()
        self.take(consultant, "request")
        self.take(client, "ringing")
        accept.click()
        client.get_by_role("timer").first.wait_for()
        self.talk(client, consultant)
        self.take(client, "room")
        client.get_by_role("button", name="End for both").click()
        client.get_by_role("button", name="End it now").click()
        client.get_by_role("button", name="End for both").wait_for(state="detached")

    def go_online(self, consultant: Page) -> None:
        self.sign_in(consultant, "Mara Lindqvist")
        consultant.goto(f"{self.address}/desk/")
        switch = consultant.get_by_role("switch", name="Go online")
        if switch.get_attribute("aria-checked") != "true":
            switch.click()
        expect(switch).to_have_attribute("aria-checked", "true")
        self.take(consultant, "desk")

    def talk(self, client: Page, consultant: Page) -> None:
        """Long enough for the picture to become sharp; a few lines are written meanwhile."""
        client.wait_for_timeout(4000)
        for page, line in [(consultant, line) for line in SAID[:2]] + [(client, SAID[2])]:
            page.get_by_role("textbox", name="Message").fill(line)
            page.keyboard.press("Enter")
            page.wait_for_timeout(600)
        client.wait_for_timeout(TALK_SECONDS * 1000)

    def read(self, client: Page, consultant: Page) -> None:
        """What is left afterwards: a receipt of a longer call, the wallet, the earnings."""
        client.goto(f"{self.address}/consultations/")
        self.take(client, "consultations")
        client.get_by_role("link", name=re.compile(LONGER_CALL)).first.click()
        self.take(client, "receipt")
        client.goto(f"{self.address}/wallet/")
        self.take(client, "wallet")
        consultant.goto(f"{self.address}/desk/earnings/")
        self.take(consultant, "earnings")


def main(address: str = "http://127.0.0.1:8000", out: str = str(DOCS), theme: str = "light") -> None:
    pictures = Pictures(address, Path(out), "dark" if theme == "dark" else "light")
    pictures.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=MEDIA)
        client = pictures.person(browser, "caller", "window")
        consultant = pictures.person(browser, "mara", "study")
        pictures.call(client, consultant)
        pictures.read(client, consultant)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
