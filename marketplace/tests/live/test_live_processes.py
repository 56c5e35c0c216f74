"""Presence across two real server processes: what a watcher at one sees when things happen at the other."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from tests.support.servers import Server, cookie_at, socket
from tests.support.servers import watcher as watcher_at
from tests.support.site import SHORT_RULES, Site

pytestmark = pytest.mark.slow

LEASE_SECONDS, YOUNG_SECONDS, GRACE_SECONDS = 12, 2, 5
BRISK = SHORT_RULES | {
    "QUARTER_LEASE_SECONDS": str(LEASE_SECONDS),
    "QUARTER_LEASE_BEAT_SECONDS": "1",
    "QUARTER_LEAVE_GRACE_SECONDS": str(GRACE_SECONDS),
}
SWEEP_SECONDS = 1.25  # at the latest
# and a little for two busy cores; a closed page is away before its lease would have ended by itself
CLOSED_SECONDS = GRACE_SECONDS + SWEEP_SECONDS + 3
KILLED_SECONDS = LEASE_SECONDS + SWEEP_SECONDS + 3


def wait_for(line: ClientConnection, words: str, seconds: float) -> float:
    """How long until a frame shows these words of the dot; fails after `seconds`."""
    begun = time.monotonic()
    while (left := begun + seconds - time.monotonic()) > 0:
        try:
            frame: dict[str, Any] = json.loads(line.recv(timeout=left))
        except TimeoutError:
            break
        dots = [el["html"] for el in frame.get("els", []) if el["id"].startswith("pr-")]
        if any(words in dot for dot in dots):
            return time.monotonic() - begun
    raise AssertionError(f"{words!r} was not seen within {seconds} s")


def seen(line: ClientConnection, seconds: float) -> set[str]:
    """Everything that the dot was told to show during that time."""
    states: set[str] = set()
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        try:
            frame: dict[str, Any] = json.loads(line.recv(timeout=left))
        except TimeoutError:
            break
        dots = [el["html"] for el in frame.get("els", []) if el["id"].startswith("pr-")]
        states |= {word for word in ("Free now", "Away", "Offline") for dot in dots if word in dot}
    return states


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("two"), rules=BRISK).open()
    yield opened
    opened.close()


@pytest.fixture
def second(site: Site) -> Iterator[Server]:
    made = Server(site)
    yield made
    made.kill()


@pytest.fixture(scope="module")
def conrad(site: Site) -> dict[str, Any]:
    return site.backstage.ask("make_consultant", name="conrad")


@pytest.fixture
def watcher(site: Site, conrad: dict[str, Any]) -> Iterator[ClientConnection]:
    with watcher_at(site.port, "/consultants/conrad/") as line:
        yield line


def test_reload_is_not_seen_close_and_kill_are(
    site: Site, second: Server, conrad: dict[str, Any], watcher: ClientConnection
) -> None:
    cookie = cookie_at(second.port, conrad)
    tab = watcher_at(second.port, "/desk/", cookie)
    seen(watcher, YOUNG_SECONDS + 2)  # a young epoch judges nobody

    tab.close()
    time.sleep(2 * SWEEP_SECONDS)  # without a grace, a sweep tells it now
    tab = socket(second.port, cookie=cookie)
    assert "Away" not in seen(watcher, GRACE_SECONDS + 2)

    with watcher_at(site.port, "/desk/", cookie_at(site.port, conrad)):
        tab.close()
        assert "Away" not in seen(watcher, GRACE_SECONDS + 3)
    assert wait_for(watcher, "Away", CLOSED_SECONDS) > 1

    tab = watcher_at(second.port, "/desk/", cookie)
    wait_for(watcher, "Free now", 5)
    second.kill()
    wait_for(watcher, "Away", KILLED_SECONDS)


def test_valkey_restarted_empty_calls_nobody_gone(
    site: Site, second: Server, conrad: dict[str, Any], watcher: ClientConnection
) -> None:
    with watcher_at(second.port, "/desk/", cookie_at(second.port, conrad)):
        wait_for(watcher, "Free now", KILLED_SECONDS)
        site.valkey.stop()
        time.sleep(3)
        site.valkey.start()
        assert "Away" not in seen(watcher, 8)
    wait_for(watcher, "Away", CLOSED_SECONDS)
