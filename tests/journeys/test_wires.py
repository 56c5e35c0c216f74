"""The sockets of the real site, by hand; and the site without its Valkey."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.journeys import steps
from tests.support.site import Site


def open_socket(site: Site, path: str, person: Any = None, *, origin: str = "") -> ClientConnection:
    cookies = {} if person is None else {"Cookie": "{name}={value}".format(**person["cookie"])}
    address = site.url.replace("http", "ws") + path
    return connect(address, origin=origin or site.url, additional_headers=cookies, open_timeout=10)


def refusal(
    site: Site, path: str, person: Any = None, *, origin: str = "", say: str = "", patience: float = 15
) -> int:
    """The close code, or the HTTP status of a refused handshake; 0 if nothing comes for so many seconds."""
    try:
        with open_socket(site, path, person, origin=origin) as socket:
            if say:
                socket.send(say)
            for _ in range(20):
                socket.recv(timeout=patience)
    except InvalidStatus as problem:
        return problem.response.status_code
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    except TimeoutError:
        return 0
    return 0


@pytest.fixture
def call(site: Site, clara: Any, conrad: Any) -> str:
    """A consultation in its room, with nobody there yet."""
    return str(site.backstage.ask("accepted_call", client=clara["id"], consultant=conrad["id"]))


def test_a_room_lets_in_its_two_people_only(
    site: Site, call: str, clara: Any, conrad: Any, stella: Any, ada: Any
) -> None:
    room = f"/ws/room/{call}/"
    assert refusal(site, room) == 4401
    assert refusal(site, room, stella) == refusal(site, room, ada) == 4404
    assert refusal(site, room, clara, origin="https://elsewhere.example") == 403
    for person in (clara, conrad):
        with open_socket(site, room, person) as socket:
            assert socket.state.name == "OPEN"
            socket.send(json.dumps({"t": "nonsense"}))


MADE_BY_HAND = {
    "text": "not json",
    "list": "[]",
    "handler": '{"t": "room.bell"}',
    "type": '{"type": "room.taken"}',
    "number": '{"t": 7}',
    "dunder": '{"t": "__init__"}',
    "long": "{" * 70_000,
}


@pytest.mark.parametrize("words", MADE_BY_HAND.values(), ids=MADE_BY_HAND)
def test_a_frame_made_by_hand_ends_the_socket_or_is_refused(
    site: Site, call: str, clara: Any, words: str
) -> None:
    code = refusal(site, f"/ws/room/{call}/", clara, say=words, patience=1)
    assert code >= 4000 or code in (0, 1009), code
    assert site.answers()
    assert site.backstage.ask("consultation", id=call)["state"] == "accepted"
    assert "Traceback" not in site.last_lines(30)


def test_live_pages_are_told_only_what_the_site_signed(site: Site, clara: Any) -> None:
    forged = json.dumps({"t": "watch", "topics": ["u:1", "c:1"], "sig": "made-up", "have": {}})
    assert refusal(site, "/ws/live/", clara, say=forged) >= 4400


def test_a_request_stands_while_valkey_is_away(site: Site, visit: Any, clara: Any, conrad: Any) -> None:
    client, consultant = visit(clara), visit(conrad)
    for visitor in (client, consultant):
        visitor.forgive("WebSocket|Failed to load resource|status 503")
    consultant.open("/desk/")
    steps.wait_until_free(site, conrad)
    client.open(f"/consultants/{conrad['handle']}/")
    steps.call_now(client)

    site.valkey.stop()
    call = steps.confirm(client, "Does this arrive?")

    assert site.backstage.ask("consultation", id=call)["state"] == "ringing"
    assert site.backstage.ask("money", user=clara["id"])["held"] == 9000
    site.valkey.start()
    expect(consultant.page.get_by_role("button", name="Accept and join")).to_be_visible(timeout=14_000)
    client.button("Cancel request").click()
    steps.wait_for_state(site, call, "cancelled")
