"""News from a commit to the sockets of this process, over the real Valkey."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.utils import translation

from marketplace.core.valkey import quick
from marketplace.live import publish, registry
from marketplace.live.hub import Hub
from marketplace.live.registry import Ask, Element, Go, News, Wanted
from marketplace.live.wire import Telling
from tests.support.sockets import until

SOON = 15.0


class Ear:
    """A socket that writes down what it is told."""

    def __init__(self, viewer: int | None = None, language: str = "en") -> None:
        self.viewer = viewer
        self.language = language
        self.frames: asyncio.Queue[Any] = asyncio.Queue()
        self.dropped = False

    def write(self, telling: Telling) -> bool:
        return False

    async def deliver(self, texts: list[str]) -> None:
        for text in texts:
            await self.frames.put(json.loads(text))

    async def too_slow(self) -> None:
        self.dropped = True

    async def next(self) -> Any:
        return await asyncio.wait_for(self.frames.get(), SOON)


class Board:
    """A renderer that counts its calls."""

    def __init__(self) -> None:
        self.calls: list[list[Ask]] = []
        self.version = 1

    def __call__(self, asks: Sequence[Ask]) -> Mapping[Ask, News]:
        self.calls.append(list(asks))
        return {
            ask: News(els=[Element(f"x-{ask.key}", self.version, f"<p>{ask.viewer}</p>")]) for ask in asks
        }


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    made = Board()
    monkeypatch.setattr(registry, "topics", {})
    registry.register_topic("x", made)
    registry.register_topic("mine", made, personal=True)
    return made


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    monkeypatch.setattr("marketplace.live.hub.IDLE_SECONDS", 0.3)
    made = Hub()
    made.repairs = 0  # type: ignore[attr-defined]

    async def reconnected() -> None:
        made.repairs += 1  # type: ignore[attr-defined]

    running = asyncio.create_task(made.run(reconnected))
    await asyncio.wait_for(made.connected.wait(), SOON)
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_published_topic_reaches_its_listeners_and_no_others(hub: Hub, board: Board) -> None:
    near, far = Ear(), Ear()
    hub.join(near, ["x:1"])
    hub.join(far, ["x:2"])
    await asyncio.to_thread(publish.send, "x:1")
    assert (await near.next())["els"] == [{"id": "x-1", "v": 1, "html": "<p>None</p>"}]
    assert far.frames.empty()


async def test_news_from_before_the_first_subscription_is_looked_for(
    board: Board, settings, caplog: pytest.LogCaptureFixture
) -> None:
    """A Valkey that was away when the process started: what others published meanwhile came to nobody."""
    here, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    started, ear = Hub(), Ear()
    started.join(ear, ["x:1"])
    running = asyncio.create_task(started.run(never))
    assert await until(lambda: "live news away" in caplog.text)
    settings.REDIS_URL = here
    assert [el["id"] for el in (await ear.next())["els"]] == ["x-1"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def never() -> None:
    raise AssertionError("there was nothing to reconnect")


async def test_a_hundred_listeners_cost_one_rendering(hub: Hub, board: Board) -> None:
    ears = [Ear() for _ in range(100)]
    for ear in ears:
        hub.join(ear, ["x:1"])
    hub.changed("x:1")
    await asyncio.gather(*(ear.next() for ear in ears))
    assert len(board.calls) == 1


async def test_a_burst_is_told_together(hub: Hub, board: Board) -> None:
    ear = Ear()
    hub.join(ear, ["x:1", "x:2"])
    for _ in range(200):
        hub.changed("x:1")
        hub.changed("x:2")
    assert len((await ear.next())["els"]) == 2
    await asyncio.sleep(0.2)
    assert len(board.calls) <= 2


async def test_what_came_first_is_told_before_the_next_is_rendered(hub: Hub, board: Board) -> None:
    class Slow(Ear):
        def write(self, telling: Telling) -> bool:
            rendered.append(len(board.calls))
            return True

    rendered: list[int] = []
    for _ in range(150):
        hub.join(Slow(), ["x:1"])
    mine = Ear(1)
    hub.join(mine, ["mine:q"])
    hub.changed("x:1")
    hub.changed("mine:q")
    await mine.next()
    assert rendered == [1] * 150


async def test_a_ring_does_not_wait_long_for_other_news(hub: Hub, board: Board) -> None:
    mine = Ear(1)
    hub.join(mine, ["mine:q"])
    async with hub._turn:  # something else takes its time
        hub.changed("mine:q")
        await mine.next()


async def test_a_topic_nobody_watches_is_not_rendered(hub: Hub, board: Board) -> None:
    hub.changed("x:9")
    await asyncio.sleep(0.05)
    assert board.calls == []


async def test_a_personal_topic_is_rendered_for_each_viewer(hub: Hub, board: Board) -> None:
    clara, conrad = Ear(1), Ear(2)
    hub.join(clara, ["mine:q"])
    hub.join(conrad, ["mine:q"])
    hub.changed("mine:q")
    assert (await clara.next())["els"][0]["html"] == "<p>1</p>"
    assert (await conrad.next())["els"][0]["html"] == "<p>2</p>"


async def test_a_topic_is_rendered_once_for_each_language_that_is_watched(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []

    def in_words(asks: Sequence[Ask]) -> Mapping[Ask, News]:
        rendered.append(translation.get_language())
        return {ask: News(els=[Element("x-1", 1, translation.get_language())]) for ask in asks}

    monkeypatch.setattr(registry, "topics", {})
    registry.register_topic("x", in_words)
    english, german, another = Ear(language="en"), Ear(language="de"), Ear(language="de")
    for ear in (english, german, another):
        hub.join(ear, ["x:1"])
    hub.changed("x:1")
    assert (await english.next())["els"][0]["html"] == "en"
    assert (await german.next())["els"][0]["html"] == (await another.next())["els"][0]["html"] == "de"
    assert sorted(rendered) == ["de", "en"]


async def test_who_left_hears_nothing(hub: Hub, board: Board) -> None:
    ear = Ear()
    hub.join(ear, ["x:1"])
    hub.leave(ear, ["x:1"])
    hub.changed("x:1")
    await asyncio.sleep(0.05)
    assert ear.frames.empty()
    assert hub.listeners == {}


async def test_a_renderer_that_fails_does_not_end_the_news(
    hub: Hub, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_calls: list[Sequence[Ask]] = []

    def broken(asks: Sequence[Ask]) -> Mapping[Ask, News]:
        broken_calls.append(asks)
        raise LookupError

    ear = Ear()
    hub.join(ear, ["x:1"])
    good = registry.topics["x"].renderers[0]
    registry.topics["x"].renderers[:] = [broken]
    hub.changed("x:1")
    assert await until(lambda: broken_calls)
    registry.topics["x"].renderers[:] = [good]
    hub.changed("x:1")
    assert (await ear.next())["els"]


async def test_news_that_could_not_be_rendered_comes_although_nothing_else_changes(
    hub: Hub, board: Board
) -> None:
    good = registry.topics["x"].renderers[0]

    def away_once(asks: Sequence[Ask]) -> Mapping[Ask, News]:
        registry.topics["x"].renderers[:] = [good]
        raise LookupError

    ear = Ear()
    hub.join(ear, ["x:1"])
    registry.topics["x"].renderers[:] = [away_once]
    hub.changed("x:1")
    assert (await ear.next())["els"]


async def test_a_browser_that_does_not_read_is_dropped(
    hub: Hub, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wedged(Ear):
        async def deliver(self, texts: list[str]) -> None:
            await asyncio.sleep(60)

    monkeypatch.setattr("marketplace.live.hub.SEND_SECONDS", 0.05)
    wedged, well = Wedged(), Ear()
    hub.join(wedged, ["x:1"])
    hub.join(well, ["x:1"])
    hub.changed("x:1")
    await well.next()
    assert await until(lambda: wedged.dropped)


async def test_a_browser_with_too_much_waiting_is_sent_away_once_instead_of_missing_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Wedged(Ear):
        times = 0

        async def deliver(self, texts: list[str]) -> None:
            await asyncio.sleep(0.05)

        async def too_slow(self) -> None:
            self.times += 1

    monkeypatch.setattr("marketplace.live.hub.MAX_WAITING", 3)
    hub, wedged = Hub(), Wedged()
    for _ in range(3):
        hub.tell(wedged, Telling(["{}"]))
    await asyncio.sleep(0)
    assert wedged.times == 0
    for _ in range(10):
        hub.tell(wedged, Telling(["{}"]))
    await asyncio.sleep(0)
    assert wedged.times == 1


class Relay:
    """Between the hub and Valkey; `cut` leaves the connections open and passes nothing on any more."""

    def __init__(self, url: str) -> None:
        self.there = urlsplit(url)
        self.passing: list[asyncio.Task[None]] = []

    async def open(self) -> str:
        self.server = await asyncio.start_server(self._passed, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        who, at, _ = self.there.netloc.rpartition("@")  # with the password, where there is one
        return self.there._replace(netloc=f"{who}{at}127.0.0.1:{port}").geturl()

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, on = await asyncio.open_connection(self.there.hostname, self.there.port)
        for source, target in ((reader, on), (back, writer)):
            self.passing.append(asyncio.create_task(_pass_on(source, target)))

    def cut(self) -> None:
        while self.passing:
            self.passing.pop().cancel()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while some := await source.read(65_536):
        target.write(some)


@pytest.fixture
async def relay(settings) -> AsyncIterator[Relay]:
    made = Relay(settings.REDIS_URL)
    settings.REDIS_URL = await made.open()
    yield made
    made.server.close()
    made.cut()


async def test_a_connection_that_only_looks_open_is_given_up(relay: Relay, hub: Hub, board: Board) -> None:
    ear = Ear()
    hub.join(ear, ["x:1"])
    relay.cut()
    assert (await asyncio.wait_for(ear.frames.get(), SOON))["els"]
    assert hub.repairs == 1  # type: ignore[attr-defined]


async def test_hours_without_news_are_no_reason_to_reconnect(relay: Relay, hub: Hub) -> None:
    await asyncio.sleep(2)  # six idle rounds, twice what a dead connection is given
    assert hub.connected.is_set()
    assert hub.repairs == 0  # type: ignore[attr-defined]


async def test_news_lost_with_the_subscription_is_looked_up_afterwards(
    hub: Hub, board: Board, valkey: redis.Redis
) -> None:
    ear = Ear()
    hub.join(ear, ["x:1"])
    valkey.client_kill_filter(_type="pubsub")
    board.version = 2
    assert (await ear.next())["els"][0]["v"] == 2
    assert hub.repairs == 1  # type: ignore[attr-defined]


async def test_go_is_a_frame_of_its_own(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "topics", {})
    registry.register_topic(
        "x", lambda asks: {ask: News(go=[Go("/there/", "c-1", "ringing")]) for ask in asks}
    )
    ear = Ear()
    hub.join(ear, ["x:1"])
    hub.changed("x:1")
    assert await ear.next() == {"t": "go", "url": "/there/", "id": "c-1", "state": "ringing"}


def test_two_renderers_of_one_topic_add_up(board: Board) -> None:
    registry.register_topic("x", lambda asks: {ask: News(only={"req-": []}) for ask in asks})
    news = registry.render([Wanted("x:1", None, "en")])[Wanted("x:1", None, "en")]
    assert (len(news.els), news.only) == (1, {"req-": []})


# --- publishing -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_news_waits_for_the_commit(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(publish, "send", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        publish.after_commit("c:1")
        assert sent == []


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[Callable[[], None]]:
    """Valkey does not answer what this process publishes; calling it brings it back, a second later."""
    here = settings.REDIS_URL
    publish._breaker.close()
    monkeypatch.setattr(publish, "_some_lost", False)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    quick.cache_clear()

    def back() -> None:
        settings.REDIS_URL = here
        quick.cache_clear()
        publish._breaker.close()

    yield back
    quick.cache_clear()


def test_valkey_away_costs_little_and_raises_nothing(
    away: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        publish.send("c:1")
    assert caplog.text.count("news not sent") == 1


async def test_news_that_was_not_sent_comes_with_the_next_that_is(
    hub: Hub, board: Board, away: Callable[[], None]
) -> None:
    ear = Ear()
    hub.join(ear, ["x:1"])
    publish.send("x:1")
    away()
    publish.send("x:2")
    assert [el["id"] for el in (await ear.next())["els"]] == ["x-1"]
    await asyncio.sleep(0.2)
    assert ear.frames.empty()
    assert not publish.some_lost()


async def test_news_that_was_not_sent_comes_although_nothing_else_happens(
    hub: Hub, board: Board, away: Callable[[], None]
) -> None:
    ear = Ear()
    hub.join(ear, ["x:1"])
    publish.send("x:1")
    away()
    assert [el["id"] for el in (await ear.next())["els"]] == ["x-1"]


def test_what_is_dropped_in_the_quiet_second_is_owed_too(away: Callable[[], None]) -> None:
    publish.send("x:1")
    publish._some_lost = False  # another thread got through and said everything
    publish.send("x:2")
    assert publish.some_lost()
