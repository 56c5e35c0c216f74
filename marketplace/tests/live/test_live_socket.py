"""`/ws/live/` and its substitute: signed topics, the snapshot first, nothing between the chairs."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from marketplace.live import registry, topics
from marketplace.live.consumer import NOT_FOUND, NOT_SIGNED_IN, NOT_YOURS
from marketplace.live.hub import hub
from marketplace.live.page import LiveConsumer
from marketplace.live.registry import Ask, Element, News
from marketplace.routing import websocket_urlpatterns
from tests.support.sockets import Socket

# The socket's threads see only what is committed; frames of somebody signed out need no database at all.
with_people = pytest.mark.django_db(transaction=True)


def board(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    return {ask: News(els=[Element(f"x-{ask.key}", 5, "<p>x</p>")]) for ask in asks}


def own(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    return {ask: News(only={"req-": [f"req-of-{ask.viewer}"]}) for ask in asks}


@pytest.fixture(autouse=True)
def _topics(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "topics", {})
    monkeypatch.setattr(registry, "actions", {})
    registry.register_topic("x", board)
    registry.register_topic("u", own, personal=True)
    yield
    hub.listeners.clear()


async def connected(user: Any = None) -> Socket:
    socket = Socket(LiveConsumer.as_asgi(), "/ws/live/")
    socket.scope["user"] = user or AnonymousUser()
    await socket.connect()
    return socket


def watch(*shown: str, user: User | None = None, **more: Any) -> dict[str, Any]:
    sig = topics.sign(shown, user.pk if user else None)
    return {"t": "watch", "topics": list(shown), "sig": sig, **more}


async def test_the_snapshot_comes_first_and_holds_what_the_page_shows() -> None:
    socket = await connected()
    await socket.send_json_to(watch("x:1"))
    frame = await socket.receive_json_from()
    assert frame == {"t": "snap", "els": [{"id": "x-1", "v": 5, "html": "<p>x</p>"}], "only": {}}
    await socket.disconnect()


async def test_what_the_page_has_already_is_left_out() -> None:
    socket = await connected()
    await socket.send_json_to(watch("x:1", "x:2", have={"x-1": 5, "x-2": 4}))
    assert [el["id"] for el in (await socket.receive_json_from())["els"]] == ["x-2"]
    await socket.disconnect()


@with_people
async def test_signed_in_people_hear_what_concerns_them_unasked(clara: User) -> None:
    socket = await connected(clara)
    await socket.send_json_to(watch(user=clara))
    assert (await socket.receive_json_from())["only"] == {"req-": [f"req-of-{clara.pk}"]}
    await socket.disconnect()


async def test_news_during_the_snapshot_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    socket = await connected()

    def slow(asks: Sequence[Ask]) -> Mapping[Ask, News]:
        # The socket listens already while this reads: an event now must not be lost, nor come first.
        (listener,) = hub.listeners["x:1"]
        asyncio.run_coroutine_threadsafe(listener.deliver(['{"t":"html","late":1}']), loop).result(20)
        return board(asks)

    loop = asyncio.get_running_loop()
    registry.topics["x"].renderers[:] = [slow]
    await socket.send_json_to(watch("x:1"))
    assert [(await socket.receive_json_from())["t"] for _ in range(2)] == ["snap", "html"]
    await socket.disconnect()


@pytest.mark.parametrize(
    "change",
    [
        {"sig": "0.forged"},
        {"sig": ""},
        {"topics": ["x:1", "x:2"]},
        {"topics": []},
    ],
    ids=["forged", "empty", "one more topic", "one less"],
)
async def test_topics_that_no_page_signed_close_4403_or_4401(change: dict[str, Any]) -> None:
    socket = await connected()
    await socket.send_json_to(watch("x:1") | change)
    code = (await socket.receive_output())["code"]
    assert code == (NOT_SIGNED_IN if change.get("sig") == "" else NOT_YOURS)
    assert hub.listeners == {}


@with_people
async def test_a_watch_after_the_session_ended_closes_4401_though_the_bell_was_lost(clara: User) -> None:
    def sign_in() -> Client:
        browser = Client()
        browser.force_login(clara)
        return browser

    browser = await database_sync_to_async(sign_in)()
    socket = Socket(LiveConsumer.as_asgi(), "/ws/live/")
    socket.scope |= {"user": clara, "session": browser.session}
    await socket.connect()
    await socket.send_json_to(watch("x:1", user=clara))
    await socket.receive_json_from()
    await database_sync_to_async(browser.session.flush)()
    await socket.send_json_to(watch("x:1", user=clara))
    assert (await socket.receive_output())["code"] == NOT_SIGNED_IN


@with_people
async def test_a_page_of_somebody_else_closes_4401(clara: User, stella: User) -> None:
    socket = await connected(stella)
    await socket.send_json_to(watch("x:1", user=clara))
    assert (await socket.receive_output())["code"] == NOT_SIGNED_IN


@pytest.mark.parametrize(
    "frame",
    [
        {"t": "watch"},
        {"t": "watch", "topics": "x:1", "sig": "0.x"},
        {"t": "watch", "topics": [1], "sig": "0.x"},
        {"t": "watch", "topics": ["x:1"] * 41, "sig": "0.x"},
        {"t": "watch", "topics": ["x:1"], "sig": None},
        {"t": "seen", "request": "1"},
        {"t": "deliver"},
        {"t": "opened"},
    ],
)
async def test_hand_made_frames_are_refused_and_the_socket_stays(frame: dict[str, Any]) -> None:
    socket = await connected()
    await socket.send_json_to(frame)
    assert await socket.receive_json_from() == {"t": "err", "code": "shape"}
    await socket.send_json_to(watch("x:1"))
    assert (await socket.receive_json_from())["t"] == "snap"
    await socket.disconnect()


async def test_an_odd_list_of_versions_counts_as_none() -> None:
    socket = await connected()
    await socket.send_json_to(watch("x:1", have=["x-1"]))
    assert len((await socket.receive_json_from())["els"]) == 1
    await socket.disconnect()


async def test_another_page_of_a_list_replaces_what_is_watched() -> None:
    socket = await connected()
    await socket.send_json_to(watch("x:1"))
    await socket.receive_json_from()
    await socket.send_json_to(watch("x:2"))
    await socket.receive_json_from()
    assert set(hub.listeners) == {"x:2"}
    await socket.disconnect()
    assert hub.listeners == {}


@with_people
async def test_frames_of_a_registered_action_reach_their_app(clara: User) -> None:
    heard: list[tuple[int, Any]] = []
    registry.register_action("noted", lambda user_id, frame: heard.append((user_id, frame["request"])))
    socket = await connected(clara)
    await socket.send_json_to({"t": "noted", "request": "r"})
    await socket.send_json_to(watch(user=clara))
    await socket.receive_json_from()
    assert heard == [(clara.pk, "r")]
    await socket.disconnect()


# --- the same by an ordinary request ----------------------------------------------------------------------


def ask(client: Client, *shown: str, user: User | None = None, sig: str | None = None) -> Any:
    query = {"topics": " ".join(shown), "sig": sig or topics.sign(shown, user.pk if user else None)}
    return client.get("/live/", query)


def test_poll_answers_with_the_frames_of_the_socket(client: Client) -> None:
    frames = json.loads(ask(client, "x:1").content)
    assert [el["id"] for el in frames[0]["els"]] == ["x-1"]


@pytest.mark.django_db
def test_poll_of_a_signed_in_person_holds_their_own(signed_in: Any, clara: User) -> None:
    frames = json.loads(ask(signed_in(clara), user=clara).content)
    assert frames[0]["only"] == {"req-": [f"req-of-{clara.pk}"]}


def test_poll_of_unsigned_topics_is_refused(client: Client) -> None:
    assert ask(client, "x:1", sig="0.forged").status_code == 403


@pytest.mark.django_db
def test_poll_of_somebody_elses_page_is_refused(signed_in: Any, clara: User, stella: User) -> None:
    assert ask(signed_in(stella), "x:1", user=clara).status_code == 403


@pytest.mark.parametrize("address", ["/ws/nope/", "/ws/room/xyz/", "/"])
async def test_a_socket_at_an_unknown_address_is_told_so(address: str) -> None:
    socket = Socket(URLRouter(websocket_urlpatterns), address)
    socket.scope["user"] = AnonymousUser()
    await socket.connect()

    assert (await socket.receive_output())["code"] == NOT_FOUND
