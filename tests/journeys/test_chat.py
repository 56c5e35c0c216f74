"""What is written in the room: both ways, over losses and reloads, to the receipt, and for nobody else."""

import json
import re
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Error, Page, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.journeys import steps
from tests.support.browsers import no_sideways_scroll
from tests.support.site import Site

MESSAGES = 200
CUTS = (50, 100, 150)
XSS = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Writer:
    """A room page without a browser that writes fast and whose network is cut in the middle of a message."""

    def __init__(self, site: Site, call: str, person: dict[str, Any], pc: str) -> None:
        self.address = f"{site.url.replace('http', 'ws')}/ws/room/{call}/"
        cookie = person["cookie"]
        self.headers = {"Cookie": f"{cookie['name']}={cookie['value']}", "Origin": site.url}
        self.pc, self.name = pc, person["name"]
        self.heard: list[tuple[int, str]] = []
        self.acknowledged: set[str] = set()
        self.beats = self.connections = 0
        self.line: ClientConnection | None = None

    def write_all(self) -> None:
        for count in range(1, MESSAGES + 1):
            self._write(str(uuid.uuid4()), f"{self.name} {count}", cut=count in CUTS)

    def read_all(self) -> None:
        while len(self.heard) < 2 * MESSAGES:
            self._listen()

    def _write(self, key: str, text: str, cut: bool) -> None:
        while key not in self.acknowledged:
            try:
                self._connected().send(json.dumps({"t": "say", "id": key, "text": text}))
                if cut and (line := self.line) and not (cut := False):
                    line.socket.shutdown(socket.SHUT_RDWR)  # no goodbye: the answer is lost with the line
                while key not in self.acknowledged:
                    self._listen()
            except (ConnectionClosed, OSError):
                self.line = None

    def _listen(self) -> None:
        try:
            frame = json.loads(self._connected().recv(timeout=20))
        except (ConnectionClosed, OSError):
            self.line = None
            raise ConnectionError from None
        if frame["t"] == "beat":
            self.beats += 1
            answer = {"t": "beat", "n": self.beats, "contact": True, "unbroken": False}
            self._connected().send(json.dumps(answer))
        elif frame["t"] == "said":
            self.acknowledged.add(frame["id"])
        elif frame["t"] == "text":
            self.heard.append((frame["n"], frame["text"]))
        assert frame["t"] not in ("err", "unsaid"), frame

    def _connected(self) -> ClientConnection:
        if self.line is None:
            self.line = connect(self.address, additional_headers=self.headers, legacy=True)
            self.connections += 1
            join = {"t": "join", "v": 1, "page": self.pc, "pc": self.pc, "after": "0"}
            last = max((number for number, _ in self.heard), default=0)
            for frame in (join, {"t": "chat_after", "n": last}):
                self.line.send(json.dumps(frame))
        return self.line


def test_two_hundred_messages_each_way_over_three_cut_lines_come_once_and_in_order(
    site: Site, clara: Any, conrad: Any
) -> None:
    call = site.backstage.ask("accepted_call", client=clara["id"], consultant=conrad["id"])
    both = [Writer(site, call, clara, "c0000001"), Writer(site, call, conrad, "d0000001")]

    with ThreadPoolExecutor(2) as threads:
        for step in (Writer.write_all, Writer.read_all):
            for done in [threads.submit(step, writer) for writer in both]:
                done.result(timeout=100)

    kept = site.backstage.ask("written", call=call)
    assert [number for number, _, _ in kept] == list(range(1, 2 * MESSAGES + 1))
    for writer in both:
        assert writer.connections == 1 + len(CUTS)
        assert writer.heard == [(number, text) for number, _, text in kept]
        own = [text for _, text in writer.heard if text.startswith(f"{writer.name} ")]
        assert own == [f"{writer.name} {count}" for count in range(1, MESSAGES + 1)]


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("textbox", name="Message").press("Enter")


def dancing() -> bytes:
    frames = [Image.new("RGB", (320, 200), colour) for colour in ("teal", "orange")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return out.getvalue()


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (320, 200), (200, 90, 30)).save(out, "PNG")
    return out.getvalue()


def test_chat_from_the_first_word_to_the_receipt(
    site: Site, visit: Any, clara: Any, conrad: Any, stella: Any
) -> None:
    client, consultant, stranger = visit(clara), visit(conrad), visit(stella)
    call = steps.connect(site, client, consultant, conrad)
    mine, theirs = client.page, consultant.page
    log = theirs.get_by_role("log")

    mine.get_by_role("textbox", name="Message").press_sequentially("Hello")
    expect(theirs.get_by_text(re.compile("is typing")).first).to_be_visible()
    mine.get_by_role("textbox", name="Message").fill("")
    write(mine, "See https://example.com/a?b=1, please")
    write(mine, "```python\nfor x in y:\n    print(x)\n```")
    write(mine, XSS)
    link = log.get_by_role("link", name="https://example.com/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(log.locator("pre")).to_have_text("for x in y:\n    print(x)")
    expect(log.get_by_text(XSS)).to_be_visible()

    theirs.reload()
    expect(log.locator(".said")).to_have_count(3)
    write(theirs, "Got it")
    expect(mine.get_by_role("log").get_by_text("Got it")).to_be_visible()
    attach(mine, "plan.png", "image/png", picture())
    attach(mine, "contract.pdf", "application/pdf", PDF)
    attach(mine, "dance.gif", "image/gif", dancing())
    for page in (mine, theirs):
        expect(page.get_by_role("log").get_by_text("Only the first frame of this moving")).to_be_visible()
    expect(mine.locator("#chat-heard")).to_have_text(re.compile("dance.gif.*: Only the first frame"))
    expect(log.get_by_role("link", name=re.compile("contract.pdf"))).to_be_visible()
    expect(log.locator("img")).to_have_count(2)
    expect(mine.locator("#log .said")).to_have_count(7)
    expect(mine.locator('#log .said:not([data-state="kept"])')).to_have_count(0)

    strangers_find_nothing(stranger, call, log.locator("a.file").nth(1).get_attribute("href") or "")
    steps.end_for_both(client)
    for page in (mine, theirs):
        expect(page.get_by_role("heading", name="Your chat")).to_be_visible()
        expect(page.locator(".written .said")).to_have_count(7)
        expect(page.locator(".written img")).to_have_count(2)
        expect(page.locator(".written").get_by_text("Only the first frame of this moving")).to_be_visible()
        expect(page.locator(".written pre")).to_have_text("for x in y:\n    print(x)")
        no_sideways_scroll(page)
        assert "owned" not in page.title()


def attach(page: Page, name: str, kind: str, content: bytes) -> None:
    page.locator("#say-file").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("log").get_by_role("link", name=re.compile(name))).to_be_visible()


def strangers_find_nothing(stranger: Any, call: str, file: str) -> None:
    """Neither to fetch nor to write."""
    stranger.forgive("404")
    stranger.open("/settings/")
    token = stranger.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    asked = stranger.context.request
    headers = {"X-CSRFToken": token, "Accept": "application/json", "Referer": stranger.url}
    assert asked.get(file).status == 404
    assert asked.get(f"/consultations/{call}/messages/", headers=headers).status == 404
    sent = asked.post(f"/consultations/{call}/messages/", headers=headers, form={"text": "hi"})
    assert sent.status == 404


def test_what_is_written_while_the_server_is_away_goes_out_after_a_reload(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara, width=390), visit(conrad)
    for visitor in (client, consultant):
        visitor.forgive("WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch")
    call = steps.connect(site, client, consultant, conrad)
    client.button("Chat").click()
    no_sideways_scroll(client.page)

    site.kill()
    for text in ("first", "second"):
        write(client.page, text)
    expect(client.page.get_by_text("Not sent yet").first).to_be_visible()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        client.page.reload()
    site.start()
    client.open(f"/consultations/{call}/")

    expect(consultant.page.get_by_role("log").locator(".said .msg")).to_have_text(
        ["first", "second"], timeout=20_000
    )
    mine = client.page.locator("#log .said")
    expect(mine.locator(".msg")).to_have_text(["first", "second"])
    expect(mine.and_(client.page.locator('[data-state="kept"]'))).to_have_count(2)
    assert [text for _, _, text in site.backstage.ask("written", call=call)] == ["first", "second"]
    write(consultant.page, "Are you reading?")
    expect(client.button("Chat, 1 new")).to_be_visible()
    expect(client.page).to_have_title(re.compile(r"^\(1\) "))


def test_a_reload_during_an_upload_says_what_was_not_sent(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara, width=390), visit(conrad)
    call = steps.connect(site, client, consultant, conrad)
    page, on_a_train = client.page, [True]
    page.route(re.compile(r"/messages/$"), lambda route: None if on_a_train else route.continue_())
    client.button("Chat").click()
    page.locator("#say-file").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Uploading plan.png")).to_be_visible()

    page.reload()
    on_a_train.clear()

    client.button("Chat, 1 new").click()
    expect(page.get_by_text("“plan.png” was not sent")).to_be_visible()
    no_sideways_scroll(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose it again").click()
    chooser.value.set_files({"name": "plan.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(
        consultant.page.get_by_role("log").get_by_role("link", name=re.compile("plan.png"))
    ).to_be_visible()
    expect(page.get_by_text("was not sent")).to_have_count(0)
    assert len(site.backstage.ask("written", call=call)) == 1
