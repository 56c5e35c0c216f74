"""Calls through a real relay, as a person may choose it, and what is said when the relay refuses."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.browsers import Visitor
from tests.support.faults import facts_of_pair
from tests.support.relay import Relay
from tests.support.site import Site

pytestmark = pytest.mark.timeout(240)
SECRET = "the-secret-of-both"


def choose_the_relay(visitor: Visitor) -> None:
    visitor.open("/settings/")
    visitor.page.get_by_role("checkbox", name="Send my calls through our relay only").check()
    visitor.button("Save privacy setting").click()
    expect(visitor.page.get_by_text("your next call will go through our relay only")).to_be_visible()


def use(site: Site, relay: Relay, *ways: str, secret: str = SECRET) -> None:
    site.restart(TURN_URLS=relay.urls(*ways), TURN_SECRET=secret)


@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_a_call_goes_through_the_relay_only(
    site: Site, visit: Any, clara: Any, conrad: Any, tmp_path: Path, way: str
) -> None:
    with Relay(tmp_path, SECRET) as relay:
        use(site, relay, way)
        client, consultant = visit(clara), visit(conrad)
        for visitor in (client, consultant):
            choose_the_relay(visitor)

        call = steps.connect(site, client, consultant, conrad)

        steps.both_see_and_hear(client, consultant)
        for visitor in (client, consultant):
            assert facts_of_pair(visitor.page) == {"own": "relay", "other": "relay", "by": way}
        for role in ("client", "consultant"):
            assert relay.heard_of(f":{call[:8]}-{role}>"), relay.log.read_text()[-3000:]
        steps.end_for_both(client)
        steps.expect_bill(site, call, clara, conrad, 20_000)


def test_a_relay_that_refuses_is_named_to_the_two_and_to_staff(
    site: Site, visit: Any, clara: Any, conrad: Any, ada: Any, tmp_path: Path
) -> None:
    with Relay(tmp_path, SECRET) as relay:
        use(site, relay, "udp", secret="another-secret")
        client, consultant, staff = visit(clara), visit(conrad), visit(ada)
        choose_the_relay(client)
        consultant.open("/desk/")
        steps.wait_until_free(site, conrad)
        steps.place_call(client, conrad)
        steps.accept(consultant)

        expect(client.page.get_by_text("The relay refused our key (401")).to_be_visible(timeout=20_000)

        staff.open("/staff/board/")
        answer = staff.page.get_by_role("region", name="Call relays")
        expect(answer).to_contain_text(re.compile("checking|401: wrong secret"))
        staff.page.wait_for_timeout(500)
        staff.page.reload()
        expect(answer).to_contain_text("401: wrong secret")


def test_without_a_relay_the_page_says_so_and_a_call_that_was_never_live_costs_nothing(
    site: Site, visit: Any, clara: Any, conrad: Any
) -> None:
    client, consultant = visit(clara), visit(conrad)
    # As if every network between the two swallowed what is not http: no candidate ever arrives.
    client.context.add_init_script("RTCPeerConnection.prototype.addIceCandidate = async () => {};")
    consultant.context.add_init_script("RTCPeerConnection.prototype.addIceCandidate = async () => {};")
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    call = steps.place_call(client, conrad)
    steps.accept(consultant)

    expect(client.page.get_by_text("Step 3 of 3: finding a path to Conrad")).to_be_visible()
    expect(client.page.get_by_text("This site has no relay for networks")).to_be_visible(timeout=25_000)

    facts = steps.wait_for_state(site, call, "failed", seconds=45)
    assert (facts["end_reason"], facts["bill"], facts["engaged"]) == ("no_media", 0, 0)
    money = site.backstage.ask("money", user=clara["id"])
    assert (money["available"], money["held"], money["sum"]) == (20_000, 0, 0)
    for visitor in (client, consultant):
        expect(visitor.page.get_by_text("no path between your networks could be found")).to_be_visible()
