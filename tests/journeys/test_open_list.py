"""A list that stays open while people come and go."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.line import Line
from tests.support.site import Site

NAMES = "() => [...document.querySelectorAll('.card h3')].map((each) => each.textContent)"
PLACES = """() => [...document.querySelectorAll(".card")].map((each) =>
  Math.round(each.getBoundingClientRect().top))"""


def state_of(page: Page, person: Any) -> Any:
    return page.locator(f"#pr-{person['id']}")


def test_people_come_free_beside_the_list_and_never_into_it(
    site: Site, visit: Any, conrad: Any, stella: Any
) -> None:
    other = site.backstage.ask("make_consultant", name=f"olga{conrad['id']}", online=False)
    site.backstage.ask("switch_off", user=conrad["id"])
    first, second, reader = visit(conrad), visit(other), visit(stella)
    first.open("/desk/")
    steps.go_online(first)
    steps.wait_until_free(site, conrad)
    page = reader.open("/consultants/?now=1")
    expect(state_of(page, conrad)).to_have_text("Free now")
    before = page.evaluate(NAMES), page.evaluate(PLACES)

    steps.go_online(second)
    more = page.get_by_role("link", name=re.compile(r"^\d+ more (is|are) free: show them$"))
    expect(more).to_be_visible()
    first.page.get_by_role("switch", name="Go online").click()
    expect(state_of(page, conrad)).to_have_text(re.compile("^Offline"))
    assert (page.evaluate(NAMES), page.evaluate(PLACES)) == before

    more.click()
    expect(state_of(page, other)).to_have_text("Free now")
    expect(state_of(page, conrad)).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/consultants/\?now=1$"))


def test_a_list_left_open_overnight_is_right_after_one_reconnect(
    site: Site, visit: Any, conrad: Any, stella: Any
) -> None:
    blocked = site.backstage.ask("make_consultant", name=f"boris{conrad['id']}", online=False)
    helpers = [visit(person) for person in (conrad, blocked)]
    for helper in helpers:
        helper.open("/desk/")
    steps.wait_until_free(site, conrad)
    steps.go_online(helpers[1])
    steps.wait_until_free(site, blocked)
    reader = visit(stella)
    line = Line(reader)
    page = reader.open("/consultants/")
    for person in (conrad, blocked):
        expect(state_of(page, person)).to_have_text("Free now")

    reader.context.set_offline(True)
    reader.forgive("Failed to load resource|ERR_INTERNET")
    line.cut(1011)
    helpers[1].forgive("status of 40")
    site.backstage.ask("switch_off", user=conrad["id"])
    site.backstage.ask("block", user=blocked["id"])
    expect(state_of(page, conrad)).to_have_text("Free now")
    line.mend()
    reader.context.set_offline(False)

    for person in (conrad, blocked):
        expect(state_of(page, person)).to_have_text(re.compile("^Offline"))
    expect(page.locator(f"#cta-{blocked['id']}")).not_to_contain_text("Call now")


def test_a_restart_of_the_server_repaints_the_page(site: Site, visit: Any, conrad: Any, stella: Any) -> None:
    helper, reader = visit(conrad), visit(stella)
    for visitor in (helper, reader):
        visitor.forgive("WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch")
    helper.open("/desk/")
    steps.wait_until_free(site, conrad)
    page = reader.open(f"/consultants/{conrad['handle']}/")
    expect(state_of(page, conrad)).to_have_text("Free now")

    site.kill()
    site.backstage.ask("switch_off", user=conrad["id"])
    site.start()

    expect(state_of(page, conrad)).to_have_text(re.compile("^Offline"), timeout=15_000)
