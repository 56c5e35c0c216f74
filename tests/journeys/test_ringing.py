"""The ring: heard, seen, answered once, and found again by who was away for a while."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.line import Line
from tests.support.site import Site

# Whoever was typing as the popup came has looked up.
TYPED_OUT = "() => performance.now() - document.querySelector('dialog[open]').dataset.shownAt > 1000"
# Sounding, and past its own end: what began again later in the recording has looped.
LOOPS = """async () => {
  const audio = document.querySelector("audio#ring-sound");
  if (!audio || audio.paused || !audio.loop) return false;
  for (let before = audio.currentTime, turn = 0; turn < 60; turn += 1) {
    await new Promise((done) => setTimeout(done, 100));
    if (audio.currentTime < before) return !audio.paused && !audio.muted;
    before = audio.currentTime;
  }
  return false;
}"""
QUIET = "() => document.querySelector('audio#ring-sound')?.paused ?? true"
HIDDEN = """
Object.defineProperty(document, "visibilityState", { get: () => window.__looked ? "visible" : "hidden" });
window.__notes = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) {
    Object.assign(this, options, { title, open: true });
    window.__notes.push(this);
  }
  close() { this.open = false; }
};
"""
NOTES = "() => window.__notes.map(({ title, body, tag, open }) => ({ title, body, tag, open }))"


def answers(page: Page) -> Any:
    return page.get_by_role("button", name="Accept and join")


def turn_sound_on(page: Page) -> None:
    """A tab that nobody has touched may be refused the sound: it offers a button, and any press will do."""
    button = page.get_by_role("button", name="Turn the sound on")
    page.get_by_role("dialog").get_by_text("Topic", exact=True).click()
    expect(button).to_be_hidden()


def test_a_ring_is_heard_and_seen_in_two_tabs_until_it_is_answered_in_one(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    site.restart(RING_SECONDS="45")
    client, consultant = visit(clara), visit(conrad)
    first, second = consultant.open("/desk/"), consultant.new_page()
    second.goto("/consultants/")
    search = second.get_by_role("searchbox")
    search.click()
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)

    for page in (first, second):
        expect(answers(page)).to_be_visible()
        turn_sound_on(page)
        assert page.evaluate(LOOPS), "it does not sound, or not again after its end"
        page.wait_for_function("() => document.title.endsWith('is calling')")
    expect(client.page.get_by_text("Seen", exact=True)).to_be_visible()
    heading = second.get_by_role("heading", name=clara["name"])
    assert second.evaluate("() => document.activeElement.closest('dialog') !== null")
    heading.focus()
    second.keyboard.press("Enter")
    expect(answers(second)).to_be_visible()
    second.wait_for_function(TYPED_OUT)
    second.keyboard.press("d")

    for page in (first, second):
        expect(answers(page)).to_have_count(0)
        page.wait_for_function(QUIET)
        page.wait_for_function("() => !document.title.endsWith('is calling')")
    expect(search).to_be_focused()
    assert steps.wait_for_state(site, call, "declined")["decline_reason"] == "busy"


def notes_of(pages: list[Page]) -> list[tuple[Page, Any]]:
    """What the tabs had the system say: which of them speaks is settled a moment after they ring."""
    for _ in range(100):
        if found := [(page, note) for page in pages for note in page.evaluate(NOTES)]:
            return found
        pages[0].wait_for_timeout(100)
    return []


def test_a_hidden_tab_has_the_system_say_it_once(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    consultant.context.add_init_script(HIDDEN)
    pages = [consultant.open("/desk/"), consultant.new_page()]
    pages[1].goto("/consultants/")
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad, "Which index helps here?")
    for page in pages:
        expect(answers(page)).to_be_visible()
    expect(client.page.get_by_text("Delivered to")).to_be_visible()

    notes = notes_of(pages)
    assert len(notes) == 1, notes
    page, note = notes[0]
    first_name = clara["name"].split()[0]
    assert (note["title"], note["body"], note["tag"]) == (
        f"{first_name} is calling",
        "Which index helps here?",
        call,
    )
    assert site.backstage.ask("consultation", id=call)["state"] == "ringing"
    client.button("Cancel request").click()
    expect(answers(page)).to_have_count(0)
    page.wait_for_function("() => window.__notes.every(({ open }) => !open)")


def test_accepted_in_one_tab_and_declined_in_another_is_answered_once(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    consultant.forgive("status of 409")
    first, second = consultant.open("/desk/"), consultant.new_page()
    second.goto("/consultants/")
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)
    for page in (first, second):
        expect(answers(page)).to_be_visible()

    # both at the same moment, neither waits for the other
    first.evaluate("() => { setTimeout(() => document.querySelector('dialog .btn-accept')?.click(), 200) }")
    second.evaluate("() => { setTimeout(() => document.querySelector('[data-decline]')?.click(), 150) }")

    facts = steps.wait_for_state(site, call, "accepted", "live", "declined")
    assert [kind for kind, _, _ in facts["events"] if kind in ("accepted", "declined")] in (
        ["accepted"],
        ["declined"],
    )
    loser, words = (first, "declined") if facts["state"] == "declined" else (second, "accepted")
    # the line of the second press, or, if the news was faster than that press, the line that it is over
    said = re.compile(rf"was {words} a moment ago|^\w+’s request is over\.$")
    expect(loser.get_by_text(said).first).to_be_attached()
    for page in (first, second):
        expect(answers(page)).to_have_count(0)
        expect(page.get_by_text(re.compile("server error|went wrong", re.IGNORECASE))).to_have_count(0)


def test_who_was_away_for_a_part_of_the_ring_still_gets_the_rest(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    line = Line(consultant)
    consultant.forgive("Failed to load resource|Failed to fetch|ERR_INTERNET")
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    client.open(f"/consultants/{conrad['handle']}/")
    steps.call_now(client)
    client.page.get_by_label("Topic").fill("Are you there?")

    consultant.context.set_offline(True)
    line.cut()
    client.button("Confirm and call").click()  # at once: after the grace the consultant is away
    call = steps.arrived(client.page)
    expect(client.page.get_by_text("On its way to")).to_be_visible()
    expect(consultant.page.get_by_text("Connection lost.")).to_be_visible()
    expect(client.page.get_by_text(re.compile(r"^\s*Not delivered yet"))).to_be_visible(timeout=7_000)
    expect(
        client.page.get_by_text(re.compile(r"connection was lost\. They may come back\.")).first
    ).to_be_visible()
    line.mend()
    consultant.context.set_offline(False)

    expect(answers(consultant.page)).to_be_visible()
    shown = consultant.page.locator("dialog .secs").inner_text()
    assert 1 <= int(shown.split(":")[1]) <= 10, shown
    expect(client.page.get_by_text("Delivered to")).to_be_visible()
    expect(consultant.page.get_by_text("Connection lost.")).to_be_hidden()
    steps.accept(consultant)
    steps.wait_for_state(site, call, "accepted", "live")
