"""The main pages in German on a phone: nothing scrolls sideways, and no English sentence is left."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.test_pages import OF_A_CLIENT, OF_A_CONSULTANT, SIGNED_OUT, faults
from tests.support.browsers import Visitor
from tests.support.site import Site

# What people wrote is in their own language: names and topics are isolated by <bdi> or dir="auto".
TEXTS = """() => {
  const own = "bdi, [dir=auto], [lang=en], script, style, noscript, code, pre, datalist";
  const written = [...document.querySelectorAll("bdi, [dir=auto]")].map((each) => each.textContent.trim());
  const without = (title, words) => (words ? title.replace(words, "") : title);
  const texts = [written.reduce(without, document.title)];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest(own)) texts.push(walk.currentNode.data);
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (element.closest(own)) continue;
    for (const name of ["aria-label", "placeholder", "title"]) texts.push(element.getAttribute(name) ?? "");
  }
  return texts.map((text) => text.trim()).filter(Boolean);
}"""
# Words that German does not have.
ENGLISH = re.compile(
    r"\b(the|and|you|your|with|when|this|that|not|are|is|has|have|from|for|calls?|free|sign|page)\b",
    re.IGNORECASE,
)
LOANS = re.compile(r"\b(Live|Online|offline|Chat|Demo|Credits?|Tab|Browser)\b", re.IGNORECASE)


def english_on(page: Page) -> list[str]:
    expect(page.locator("html")).to_have_attribute("lang", "de")
    texts: list[str] = page.evaluate(TEXTS)
    return [f"{page.url}: {text}" for text in texts if ENGLISH.search(LOANS.sub("", text))]


def walk(visitor: Visitor, paths: list[str], **names: str) -> list[str]:
    found = []
    for path in paths:
        answer = visitor.page.goto(path.format(**names))
        assert answer and answer.ok, f"{path}: {answer and answer.status}"
        found += english_on(visitor.page) + faults(visitor.page)
    return found


def test_german_pages_carry_no_english_sentence(visit: Callable[..., Visitor], past: Any) -> None:
    found = walk(visit(locale="de", width=390), SIGNED_OUT, handle="paul")
    client, consultant = (visit(past[who], locale="de", width=390) for who in ("client", "consultant"))
    found += walk(client, OF_A_CLIENT, handle="paul", past=past["call"])
    found += walk(consultant, OF_A_CONSULTANT, handle="paul", past=past["call"])
    assert not found, "\n".join(found)


def test_a_call_in_german_from_ringing_to_the_room(
    site: Site, visit: Callable[..., Visitor], clara: Any, conrad: Any
) -> None:
    call = site.backstage.ask("ring", client=clara["id"], consultant=conrad["id"])
    client, consultant = (visit(who, locale="de", width=390) for who in (clara, conrad))
    consultant.open("/desk/")
    client.open(f"/consultations/{call}/")
    expect(consultant.page.get_by_role("button", name="Annehmen")).to_be_visible()
    found = english_on(client.page) + english_on(consultant.page)

    consultant.page.get_by_role("button", name=re.compile("^Annehmen")).click()
    consultant.page.wait_for_url(re.compile("/consultations/"))
    for visitor in (client, consultant):
        expect(visitor.page.locator("#room")).to_be_visible(timeout=20_000)
        found += english_on(visitor.page) + faults(visitor.page)
    assert not found, "\n".join(found)


def test_a_visitor_changes_the_language_and_stays_on_the_page(visit: Callable[..., Visitor]) -> None:
    visitor = visit(width=390)
    visitor.open("/consultants/?q=tax")
    visitor.button("Deutsch").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    assert visitor.page.url.endswith("/consultants/?q=tax")
    visitor.button("English").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
