"""Becoming a consultant: signing up, the profile, staff, the switch."""

import re
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import expect

from tests.journeys import steps
from tests.support.browsers import Visitor
from tests.support.site import Site


def test_from_sign_up_to_being_found(site: Site, visit: Any, conrad: Any, ada: Any) -> None:
    consultant, watcher, staff = visit(), visit(), visit(ada)
    name = f"Cora {conrad['name']}"
    email = f"cora-{conrad['handle']}@example.com"
    consultant.open("/accounts/signup/")
    steps.sign_up(consultant, email, name, "I give help")

    consultant.open("/desk/")
    consultant.page.get_by_role("main").get_by_role("link", name="Give help").click()
    write_profile(consultant)
    consultant.open("/desk/")
    expect(consultant.page.get_by_role("heading", name="Before clients can call you")).to_be_visible()
    refused_switch(consultant)
    consultant.open("/accounts/verify/")
    steps.confirm_address(consultant, site, email)
    approve(staff, name)
    steps.go_online(consultant)

    # A name is looked for, because the people of the journeys before fill more than one page of the list.
    steps.wait_until_free(site, site.backstage.ask("user_by_email", email=email))
    page = watcher.open(f"/consultants/?{urlencode({'skill': 'django', 'now': 1, 'q': name})}")
    expect(page.get_by_role("link", name=re.compile(name)).first).to_be_visible()


def refused_switch(consultant: Visitor) -> None:
    """The click is answered at once, and undone with the reason."""
    consultant.forgive("409|403")
    switch = consultant.page.get_by_role("switch", name="Go online")
    switch.click()
    expect(consultant.page.get_by_role("alert").first).to_contain_text("approved")
    expect(switch).to_have_attribute("aria-checked", "false")


def write_profile(consultant: Visitor) -> None:
    page = consultant.page
    page.get_by_label("Headline").fill("Django and PostgreSQL")
    page.get_by_label("About you").fill("Bring a slow page and leave with a fast one. " * 4)
    page.get_by_label("Django", exact=True).check()
    page.get_by_label("English", exact=True).check()
    page.get_by_label("Price for 15 minutes").fill("20")
    consultant.button("Send for approval").click()
    expect(page.get_by_text("usually within 24 hours").first).to_be_visible()


def approve(staff: Visitor, name: str) -> None:
    """By the action of the admin's list."""
    page = staff.open("/admin/accounts/consultantprofile/")
    row = page.get_by_role("row").filter(has_text=name)
    row.get_by_role("checkbox").check()
    page.get_by_role("combobox", name=re.compile("^Action")).select_option(
        label="Approve: clients can find and call them"
    )
    page.get_by_role("button", name=re.compile("^(Go|Run)")).first.click()
    expect(page.get_by_text(re.compile("approved", re.IGNORECASE)).first).to_be_visible()


def test_a_wrong_code_is_refused_and_the_right_one_still_counts(site: Site, visit: Any, conrad: Any) -> None:
    visitor = visit()
    visitor.forgive("422")
    email = f"willa-{conrad['handle']}@example.com"
    visitor.open("/accounts/signup/")
    steps.sign_up(visitor, email, "Willa", "Both")
    page = visitor.open("/accounts/verify/")
    visitor.button("Send me the code").click()
    right = steps.mailed_code(site, email)
    page.get_by_label("Code").fill("000000" if right != "000000" else "111111")
    visitor.button("Confirm").click()
    expect(page.get_by_text(re.compile("wrong|not right|does not", re.IGNORECASE)).first).to_be_visible()

    page.get_by_label("Code").fill(right)
    visitor.button("Confirm").click()

    expect(page.get_by_label("Code")).to_have_count(0)


def test_signing_in_and_out(visit: Any, clara: Any) -> None:
    visitor = visit()
    page = visitor.open("/wallet/")
    page.get_by_label("E-mail address").fill(clara["email"])
    page.get_by_label("Password").fill(clara["password"])
    visitor.button("Sign in").click()
    expect(page).to_have_url(re.compile("/wallet/$"))

    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/wallet/")
    expect(visitor.button("Sign in")).to_be_visible()
