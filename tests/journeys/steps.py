"""What people do on the site, by the names of the controls they see."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from marketplace.embedded.processes import wait_until
from tests.support.browsers import Visitor, expect_media, expect_path
from tests.support.site import Site

PASSWORD = "correct-horse-battery"
CONSULTATION = re.compile(r"/consultations/([0-9a-f-]{36})/$")


def sign_up(visitor: Visitor, email: str, name: str, role: str) -> None:
    """On the page that asks who one is."""
    page = visitor.page
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label(role, exact=True).check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_label("Your name")).to_have_count(0)


def confirm_address(visitor: Visitor, site: Site, email: str) -> None:
    """With the code from the mail."""
    page = visitor.page
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(mailed_code(site, email))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("button", name="Send a new code")).to_have_count(0)


def mailed_code(site: Site, email: str) -> str:
    found: list[str] = []

    def come() -> bool:
        mails = [mail for mail in site.mails() if email in mail]
        found[:] = re.findall(r"\b(\d{6})\b", mails[-1] if mails else "", re.MULTILINE)
        return bool(found)

    eventually(site, come)
    return found[-1]


def go_online(consultant: Visitor) -> None:
    consultant.open("/desk/")
    switch = consultant.page.get_by_role("switch", name="Go online")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")


def place_call(client: Visitor, consultant: dict[str, Any], topic: str = "Why is my query slow?") -> str:
    """From the profile to the ringing page; the consultation's id."""
    client.open(f"/consultants/{consultant['handle']}/")
    call_now(client)
    return confirm(client, topic)


def call_now(client: Visitor) -> None:
    """Press it as soon as the page shows the consultant as free."""
    client.page.get_by_role("link", name=re.compile("^Call now")).first.click()
    expect(client.page.get_by_label("Topic")).to_be_visible()


def confirm(client: Visitor, topic: str) -> str:
    client.page.get_by_label("Topic").fill(topic)
    client.button("Confirm and call").click()
    return arrived(client.page)


def arrived(page: Page) -> str:
    """The id of the consultation whose page this has become."""
    expect_path(page, CONSULTATION.pattern)
    found = CONSULTATION.search(page.url)
    assert found
    return found[1]


def accept(consultant: Visitor) -> None:
    """In the popup."""
    consultant.page.get_by_role("button", name="Accept and join").click()
    arrived(consultant.page)


def connect(site: Site, client: Visitor, consultant: Visitor, facts: dict[str, Any]) -> str:
    """Two people in a call that is live; the consultation's id."""
    consultant.open("/desk/")
    wait_until_free(site, facts)
    call = place_call(client, facts)
    accept(consultant)
    wait_for_state(site, call, "live")
    return call


def wait_until_free(site: Site, consultant: dict[str, Any]) -> None:
    """Until the consultant's browser has been noticed."""
    eventually(site, lambda: site.backstage.ask("shown", user=consultant["id"]) == "available")


def wait_for_state(site: Site, call: str, *states: str, seconds: float = 20.0) -> dict[str, Any]:
    """The facts of the consultation as soon as it is in one of these states."""
    found: dict[str, Any] = {}

    def there() -> bool:
        found.update(site.backstage.ask("consultation", id=call))
        return found["state"] in states

    eventually(site, there, seconds, lambda: f"it is {found.get('state')} ({found.get('end_reason')})")
    return found


def eventually(site: Site, there: Any, seconds: float = 15.0, tell: Any = lambda: "") -> None:
    """Poll the books, not the pages: what the server knows."""

    def look() -> bool:
        site.meanwhile()
        return bool(there())

    assert wait_until(look, seconds), f"not within {seconds} s; {tell()}"


def both_see_and_hear(*visitors: Visitor) -> None:
    for visitor in visitors:
        expect_media(visitor.page)


def end_for_both(visitor: Visitor) -> None:
    """With the question that it asks first."""
    visitor.button("End for both").first.click()
    visitor.button("End it now").click()
    expect(visitor.page.get_by_role("timer")).to_have_count(0, timeout=15_000)


def joint_so_far(site: Site, call: str) -> float:
    """Seconds by the intervals of the books, the open one up to the last witnessed moment."""
    facts = site.backstage.ask("consultation", id=call)
    return sum((end or facts["witnessed_until"]) - start for start, end, _ in facts["intervals"])


def wait_for_joint(site: Site, call: str, seconds: float) -> None:
    """Until so much has been witnessed."""
    eventually(site, lambda: joint_so_far(site, call) >= seconds, seconds + 20)


def expect_bill(site: Site, call: str, client: dict[str, Any], consultant: dict[str, Any], had: int) -> int:
    """The books agree with each other to the hundredth, and with the witnessed seconds; the bill."""
    facts = wait_for_state(site, call, "ended")
    joint = int(sum(end - start for start, end, _ in facts["intervals"]) + 1e-6)
    assert facts["joint_seconds"] == joint
    assert facts["billable_seconds"] == joint
    assert facts["bill"] == facts["price"] * joint // 900
    assert facts["fee"] == facts["bill"] * 2000 // 10_000
    mine = site.backstage.ask("money", user=client["id"])
    theirs = site.backstage.ask("money", user=consultant["id"])
    assert (mine["available"], mine["held"]) == (had - facts["bill"], 0)
    assert theirs["earned"] == facts["bill"] - facts["fee"]
    assert mine["sum"] == 0
    assert facts["engaged"] == 0
    return int(facts["bill"])


def credits(amount: int) -> str:
    """As pages write it: 20.00."""
    return f"{amount / 100:,.2f}"
