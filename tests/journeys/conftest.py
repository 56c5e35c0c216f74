"""Real browsers in front of the real site."""

import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.support.browsers import Visitor, browser_path, launch
from tests.support.site import CHECKOUT, Site

RESULTS = CHECKOUT / "test-results"
NO_BROWSER = "no browser here: `apt-get install chromium` (or E2E_CHROMIUM=/path/to/chrome) runs the journeys"
numbers = count(1)
# As long as a press may take (see Visitor); where less is promised, the test says so.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        found = browser_path() or driver.chromium.executable_path
        if not Path(found).exists():
            (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with a camera and a microphone that are made up."""
    started = launch(playwright)
    yield started
    started.close()


@pytest.fixture(scope="session")
def browser_without_devices(playwright: Playwright) -> Iterator[Browser]:
    started = launch(playwright, devices=False)
    yield started
    started.close()


@pytest.fixture(scope="session")
def browser_with_screen(playwright: Playwright) -> Iterator[Browser]:
    """Several cameras, and a screen that can be shared without a question."""
    started = launch(playwright, screen=True)
    yield started
    started.close()


@pytest.fixture(scope="session")
def shared_site(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("site"))
    try:
        yield opened.open()
    finally:
        opened.close()


@pytest.fixture(scope="session")
def past(shared_site: Site) -> dict[str, Any]:
    """A client and a consultant with a call behind them and a receipt each."""
    stage = shared_site.backstage
    client = stage.ask("make_client", name="petra")
    consultant = stage.ask("make_consultant", name="paul", online=False)
    call = stage.ask("past_call", client=client["id"], consultant=consultant["id"])
    return {"client": client, "consultant": consultant, "call": call}


@pytest.fixture
def site(shared_site: Site) -> Site:
    """The site, running with the short rules whatever the test before did to it."""
    shared_site.settle()
    return shared_site


@pytest.fixture
def visit(request: pytest.FixtureRequest, site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit(person)`: a browser profile of their own. At the end no page may have complained."""
    visitors: list[Visitor] = []

    def open_one(person: dict[str, Any] | None = None, *, engine: Browser = browser, **looks: Any) -> Visitor:
        visitors.append(Visitor(engine, site.url, person, **looks))
        return visitors[-1]

    yield open_one
    failed = getattr(request.node, "failed_call", False)
    if failed:
        keep_evidence(request.node.name, visitors, site)
    problems = [problem for visitor in visitors for problem in visitor.close()]
    assert failed or not problems, "\n".join(problems)


def keep_evidence(name: str, visitors: list[Visitor], site: Site) -> None:
    """Pictures of every page, and the log of the site."""
    folder = RESULTS / re.sub(r"\W+", "-", name)
    for number, visitor in enumerate(visitors):
        visitor.photograph(folder, str(visitor.person.get("name") or f"visitor-{number}"))
        print(f"{visitor.person.get('name')}: {visitor.problems}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "web.log").write_text(site.last_lines(200))
    print(f"pictures in {folder.relative_to(CHECKOUT)}; the end of the log:\n{site.last_lines(15)}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call":
        item.failed_call = report.failed  # type: ignore[attr-defined]


@pytest.fixture
def clara(site: Site) -> dict[str, Any]:
    """The client of this test alone, with 200.00 credits."""
    return dict(site.backstage.ask("make_client", name=f"clara{next(numbers)}"))


@pytest.fixture
def conrad(site: Site) -> dict[str, Any]:
    """The consultant of this test alone: 90.00 credits for 15 minutes, switch on."""
    return dict(site.backstage.ask("make_consultant", name=f"conrad{next(numbers)}"))


@pytest.fixture
def stella(site: Site) -> dict[str, Any]:
    return dict(site.backstage.ask("make_client", name=f"stella{next(numbers)}"))


@pytest.fixture
def ada(site: Site) -> dict[str, Any]:
    return dict(site.backstage.ask("make_admin", name=f"ada{next(numbers)}"))


@pytest.fixture(autouse=True)
def _clean_valkey() -> None:
    """The journeys' site has a Valkey of its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("journey")
            item.add_marker(pytest.mark.timeout(180))
