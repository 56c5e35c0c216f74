"""One of two real web processes is killed under a call, while the clock and the other one go on."""

import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from marketplace.embedded.processes import wait_until
from sessions_app.states import EndReason, State
from tests.support.servers import Server, cookie_at, socket
from tests.support.site import Site

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Any) -> Iterator[Site]:
    opened = Site(tmp_path).open()
    yield opened
    opened.close()


@pytest.fixture
def second(site: Site) -> Iterator[Server]:
    made = Server(site)
    yield made
    made.kill()


def talk(line: ClientConnection) -> None:
    """A room page that hears the other side, for as long as its socket lives."""
    with contextlib.suppress(ConnectionClosed):
        for count in range(1, 1000):
            while json.loads(line.recv())["t"] != "beat":
                continue
            line.send(json.dumps({"t": "beat", "n": count, "contact": True, "unbroken": True}))


def enter(port: int, call: str, person: dict[str, Any], page: str) -> ClientConnection:
    line = socket(port, f"/ws/room/{call}/", cookie_at(port, person))
    line.send(json.dumps({"t": "join", "v": 1, "page": page, "pc": page, "after": "0"}))
    threading.Thread(target=talk, args=(line,), daemon=True).start()
    return line


def test_two_people_in_a_process_that_is_killed_are_not_told_that_they_were_lost(
    site: Site, second: Server
) -> None:
    people = {
        "c11e0001": site.backstage.ask("make_client", name="clara"),
        "c0250001": site.backstage.ask("make_consultant", name="conrad"),
    }
    clara, conrad = people.values()
    call = site.backstage.ask("accepted_call", client=clara["id"], consultant=conrad["id"])

    def now_is(state: State) -> bool:
        return bool(site.backstage.ask("consultation", id=call)["state"] == state)

    with contextlib.ExitStack() as sockets:
        for page, person in people.items():
            sockets.enter_context(contextlib.closing(enter(second.port, call, person, page)))
        assert wait_until(lambda: now_is(State.LIVE), 30)
        second.kill()
        assert wait_until(lambda: now_is(State.INTERRUPTED), 30)
        for page, person in people.items():
            sockets.enter_context(contextlib.closing(enter(site.port, call, person, page)))
        assert wait_until(lambda: now_is(State.LIVE), 30)

    [(_, _, why), _] = site.backstage.ask("consultation", id=call)["intervals"]
    assert why == EndReason.SERVER_LOST
