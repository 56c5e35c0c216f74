"""A consultant says until when they are online and takes a break; whoever looks at their page reads it."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.site import Site

TIME = r"\d\d:\d\d"
ANOTHER_DAY = """(time) => {
    const zone = document.documentElement.dataset.zone || undefined;
    const day = (moment) => moment.toLocaleDateString("en-GB", { timeZone: zone });
    return day(new Date(time.dateTime)) !== day(new Date());
}"""


def test_a_pause_is_read_by_everybody_and_one_press_ends_it(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    consultant, client = visit(conrad), visit(clara)
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    desk = consultant.page
    desk.get_by_text("Change the end time", exact=True).click()
    desk.get_by_label("Stay online for").select_option("own")
    desk.get_by_label(re.compile("^Enter a time such as")).fill("45")
    consultant.button("Set the end time").click()
    expect(desk.get_by_label("Stay online for")).to_be_hidden()
    client.open(f"/consultants/{conrad['handle']}/")
    expect(client.page.get_by_role("link", name=re.compile("^Call now"))).to_be_visible()
    second = consultant.new_page()
    second.goto("/desk/")

    consultant.button("Pause 10 min").click()

    shown = client.page.locator(".profile .presence")
    expect(shown).to_have_text(re.compile(f"^Away, back at ([A-Z][a-z]{{2}} )?{TIME}$"))
    # Ten minutes before midnight the break ends on another day, which is named.
    weekday = "[A-Z][a-z]{2} " if shown.locator("time").evaluate(ANOTHER_DAY) else ""
    expect(shown).to_have_text(re.compile(f"^Away, back at {weekday}{TIME}$"))
    expect(client.page.get_by_role("link", name=re.compile("^Call now"))).to_have_count(0)
    for page in (desk, second):
        expect(page.get_by_text(re.compile(r"taking a break.*away until \d\d:\d\d"))).to_be_visible()
        expect(page.get_by_role("switch", name="Go online")).to_have_attribute("aria-checked", "true")

    second.get_by_role("button", name="I am back").click()

    expect(desk.get_by_text(re.compile(r"^\s*You are online until \d\d:\d\d"))).to_be_visible()
    expect(client.page.locator(".profile .presence")).to_have_text("Free now")
    expect(client.page.get_by_role("link", name=re.compile("^Call now"))).to_be_visible()
