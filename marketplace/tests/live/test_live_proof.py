"""What the live layer promises against abuse, noise and slowness, at two real server processes."""

import asyncio
import contextlib
import json
import random
import socket as sockets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection

from marketplace.embedded.processes import wait_until
from marketplace.live.consumer import NOT_SIGNED_IN, NOT_YOURS, TOO_BIG, TOO_FAST
from marketplace.management.commands.serve import LIMITS
from tests.bench.live_crowd import HANDSHAKE
from tests.support.servers import Server, cookie_at, page, press, socket, watch_frame, watcher
from tests.support.site import CHECKOUT, MANAGE, SHORT_RULES, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

# Who was there when a process ended is there until the next has started, however long that takes here.
RULES = SHORT_RULES | {"QUARTER_RING_SECONDS": "8", "QUARTER_RESTART_GRACE_SECONDS": "300"}
SOCKETS = 1000
CROWD_SECONDS = 250  # a bound for what never comes: a busy machine takes its time for a thousand handshakes


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("proof"), rules=RULES).open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def second(site: Site) -> Iterator[Server]:
    made = Server(site)
    yield made
    made.kill()


@pytest.fixture(scope="module")
def conrad(site: Site) -> dict[str, Any]:
    return dict(site.backstage.ask("make_consultant", name="conrad"))


@pytest.fixture(scope="module", autouse=True)
def mute(second: Server) -> Iterator[sockets.socket]:
    """A browser whose network vanishes right after the handshake; opened first, looked at last."""
    line = sockets.create_connection(("127.0.0.1", second.port))
    line.sendall(HANDSHAKE.format(port=second.port, path="/ws/live/", cookie="").encode())
    yield line
    line.close()


@pytest.fixture
def neighbour(second: Server, conrad: dict[str, Any]) -> Iterator[ClientConnection]:
    """Somebody else's page at the same process."""
    with watcher(second.port, "/consultants/conrad/") as line:
        heard(line, "snap")
        yield line


def heard(line: ClientConnection, kind: str, seconds: float = 15) -> dict[str, Any]:
    """The next frame of that kind."""
    while True:
        frame: dict[str, Any] = json.loads(line.recv(timeout=seconds))
        if frame["t"] == kind:
            return frame


def closed_with(line: ClientConnection) -> int | None:
    """The code of the close, after whatever was said before."""
    try:
        while True:
            line.recv(timeout=15)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def echo(line: ClientConnection) -> bool:
    """Whether a frame goes to the consumer and comes back."""
    line.send('{"t":"nothing"}')
    return bool(heard(line, "err"))


# --- abuse ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [17_000, 100_000])
def test_an_oversize_frame_closes_that_socket_alone(
    second: Server, neighbour: ClientConnection, size: int
) -> None:
    with socket(second.port) as line:
        line.send(json.dumps({"t": "watch", "x": "x" * size}))
        assert closed_with(line) == TOO_BIG
    assert echo(neighbour)


def test_a_flood_closes_that_socket_alone(second: Server, neighbour: ClientConnection) -> None:
    with socket(second.port) as line:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(1000):
                line.send('{"t":"nothing"}')
        assert closed_with(line) == TOO_FAST
    assert echo(neighbour)


@pytest.mark.parametrize(
    "kind",
    ["nothing", "websocket.disconnect", "websocket_connect", "__init__", "deliver", "dispatch", "cleanup"],
)
def test_a_forged_handler_name_is_refused_and_the_socket_stays(second: Server, kind: str) -> None:
    with socket(second.port) as line:
        line.send(json.dumps({"t": kind, "type": "websocket.disconnect"}))
        assert heard(line, "err")["code"] == "shape"
        line.send(watch_frame(second.port, "/"))
        assert heard(line, "snap")


def test_topics_that_nobody_signed_are_refused(
    second: Server, neighbour: ClientConnection, conrad: dict[str, Any]
) -> None:
    frame = json.loads(watch_frame(second.port, "/consultants/conrad/"))
    with socket(second.port) as line:
        line.send(json.dumps(frame | {"topics": [*frame["topics"], f"u:{conrad['id']}"]}))
        assert closed_with(line) == NOT_YOURS
    assert echo(neighbour)


def test_topics_of_somebody_elses_page_are_refused(second: Server, conrad: dict[str, Any]) -> None:
    hello = watch_frame(second.port, "/desk/", cookie_at(second.port, conrad))
    with socket(second.port) as line:
        line.send(hello)
        assert closed_with(line) == NOT_SIGNED_IN


# --- noise and slowness ---------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(site: Site, table: str) -> Iterator[None]:
    """Whoever reads this table meanwhile waits."""
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[arg-type]
        yield
        connection.rollback()


def test_a_slow_query_elsewhere_does_not_hold_up_an_echo(
    site: Site, second: Server, conrad: dict[str, Any]
) -> None:
    cookie = cookie_at(second.port, conrad)
    others = [socket(second.port, cookie=cookie) for _ in range(5)]
    with socket(second.port) as line:
        assert echo(line)
        with locked(site, "accounts_user"):
            for other in others:
                other.send('{"t":"seen","request":"00000000-0000-4000-8000-000000000000"}')
            assert wait_until(lambda: waits_for_a_lock(site, '%"accounts_user"%'), 15)
            assert all(echo(line) for _ in range(5))  # the lock is held until these were answered
    for other in others:
        other.close()


def test_a_burst_in_one_topic_loses_nothing_in_a_quiet_room(
    site: Site, second: Server, conrad: dict[str, Any]
) -> None:
    stage = site.backstage
    rita, ron = stage.ask("make_client", name="rita"), stage.ask("make_consultant", name="ron")
    room = stage.ask("accepted_call", client=rita["id"], consultant=ron["id"])
    noise = [watcher(second.port, "/consultants/conrad/") for _ in range(20)]
    stop, burst = threading.Event(), redis.Redis.from_url(site.valkey.url)
    thread = threading.Thread(target=_burst, args=(burst, f"c:{conrad['id']}", stop))
    sides = ((site.port, rita, "c11e0001", "aaaa0001"), (second.port, ron, "c0250001", "bbbb0002"))
    lines = [_in_room(room, *side) for side in sides]
    thread.start()
    try:
        for number in range(1, 41):
            lines[0].send(_candidate(number))
            time.sleep(0.035)
        got = [heard(lines[1], "cand")["n"] for _ in range(40)]
    finally:
        stop.set()
        thread.join()
        for line in (*noise, *lines):
            line.close()
    assert got == list(range(1, 41))


def _burst(client: "redis.Redis", topic: str, stop: threading.Event) -> None:
    while not stop.is_set():
        for _ in range(100):
            client.publish("quarter:live:0", topic)
        time.sleep(0.01)


def _in_room(room: str, port: int, person: dict[str, Any], own: str, pc: str) -> ClientConnection:
    line = socket(port, f"/ws/room/{room}/", cookie_at(port, person))
    line.send(json.dumps({"t": "join", "v": 1, "page": own, "pc": pc, "after": "0"}))
    heard(line, "hello")
    return line


def _candidate(number: int) -> str:
    body = {"candidate": "candidate:1 1 udp 1 192.0.2.7 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    return json.dumps({"t": "cand", "n": number, "pc": "aaaa0001", "to": "bbbb0002", "c": body})


# --- deadlines ------------------------------------------------------------------------------------------


def test_of_two_clocks_one_is_killed_and_each_request_expires_once(site: Site) -> None:
    """Without the clock of the web process; both loops see the same rows."""
    stage = site.backstage
    pairs = [
        (stage.ask("make_client", name=f"asks{number}"), stage.ask("make_consultant", name=f"helps{number}"))
        for number in range(8)
    ]
    site.stop()
    clocks = [clock(site) for _ in range(2)]
    try:
        calls = []
        for client, consultant in pairs:
            calls.append(stage.ask("ring", client=client["id"], consultant=consultant["id"]))
            time.sleep(0.15)
        first = stage.ask("consultation", id=calls[0])
        assert wait_until(lambda: expired(stage, calls) >= 2, 30), first
        clocks[0].kill()
        assert wait_until(lambda: expired(stage, calls) == len(calls), 30)
    finally:
        for process in clocks:
            process.kill()
            process.wait()
        site.start()
    for call in calls:
        events = stage.ask("consultation", id=call)["events"]
        assert [kind for kind, *_ in events].count("expired") == 1


def clock(site: Site) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, MANAGE, "run_clock"], cwd=CHECKOUT, env=site.environment, start_new_session=True
    )


def expired(stage: Any, calls: list[str]) -> int:
    return sum(stage.ask("consultation", id=call)["state"] == "expired" for call in calls)


# --- a network that vanishes ----------------------------------------------------------------------------


def test_a_network_that_vanishes_is_noticed(mute: sockets.socket) -> None:
    """10 s to the ping and 15 s to the answer that does not come; how busy the machine is comes on top."""
    assert LIMITS["ping_interval"] + LIMITS["ping_timeout"] == 25
    mute.settimeout(60)
    with contextlib.suppress(ConnectionResetError):
        while mute.recv(65_536):
            pass


# --- the end of a sign-in -------------------------------------------------------------------------------


def test_signing_out_ends_the_sockets_of_that_browser_everywhere_and_of_no_other(
    site: Site, second: Server
) -> None:
    emma = site.backstage.ask("make_consultant", name="emma")
    other = site.backstage.ask("another_browser", user=emma["id"])
    elsewhere = f"quarter_session_{second.port}={other}"
    mine, there = cookie_at(site.port, emma), cookie_at(second.port, emma)
    with (
        watcher(site.port, "/desk/", mine) as tab,
        watcher(second.port, "/desk/", there) as second_tab,
        watcher(second.port, "/desk/", elsewhere) as other_browser,
    ):
        for line in (tab, second_tab, other_browser):
            heard(line, "snap")
        assert press(site.port, "/settings/", "/accounts/logout/", mine) == 302
        assert [closed_with(tab), closed_with(second_tab)] == [NOT_SIGNED_IN, NOT_SIGNED_IN]
        assert page(second.port, "/desk/", elsewhere)[0] == 200
        echo(other_browser)


def test_a_new_password_ends_the_sockets_of_other_sign_ins_and_the_lease_with_the_last(
    site: Site, second: Server
) -> None:
    fred = site.backstage.ask("make_consultant", name="fred")
    other = site.backstage.ask("another_browser", user=fred["id"])
    mine, elsewhere = cookie_at(site.port, fred), f"quarter_session_{second.port}={other}"
    with (
        watcher(second.port, "/desk/", elsewhere) as other_browser,
        watcher(site.port, "/consultants/fred/") as looks,
    ):
        heard(other_browser, "snap")
        assert wait_until(lambda: "Free now" in told(looks), 20)
        new = {"oldpassword": fred["password"], "password1": "quarters-of-an-hour"}
        change = "/accounts/password/change/"
        assert press(site.port, change, change, mine, **new) == 302
        assert closed_with(other_browser) == NOT_SIGNED_IN
        assert wait_until(lambda: "Away" in told(looks), 20)


def test_a_block_ends_all_sockets(site: Site, second: Server) -> None:
    gina = site.backstage.ask("make_client", name="gina")
    with watcher(second.port, "/consultants/", cookie_at(second.port, gina)) as tab:
        heard(tab, "snap")
        site.backstage.ask("block", user=gina["id"])
        assert closed_with(tab) == NOT_SIGNED_IN


# --- a restart ------------------------------------------------------------------------------------------


class Browsers:
    """A thousand pages that come back by the rule of static/js/lib/backoff.js."""

    def __init__(self, port: int, hello: str, count: int, cookie: str = "") -> None:
        self.port, self.hello, self.count = port, hello, count
        self.headers = {"Cookie": cookie} if cookie else {}
        self.shown: dict[int, dict[str, str]] = {}  # per page: element id -> its HTML
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.work = self.loop.create_task(self._all())
        with pytest.raises(asyncio.CancelledError):
            self.loop.run_until_complete(self.work)

    async def _all(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(self.count):
                tasks.create_task(self._stay(number))
                await asyncio.sleep(0.004)

    async def _stay(self, number: int) -> None:
        failures = 0
        while True:
            try:
                async with connect(
                    f"ws://127.0.0.1:{self.port}/ws/live/",
                    origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
                    additional_headers=self.headers,
                    compression=None,
                    ping_interval=None,
                    open_timeout=30,
                ) as line:
                    await line.send(self.hello)
                    async for text in line:
                        failures = 0
                        frame = json.loads(text)
                        if frame["t"] == "bye":
                            break
                        pieces = {piece["id"]: piece["html"] for piece in frame.get("els", ())}
                        self.shown.setdefault(number, {}).update(pieces)
            except (OSError, WebSocketException):
                pass
            self.shown.pop(number, None)
            await asyncio.sleep(random.random() * min(8.0, 0.3 * 2**failures))
            failures += 1

    def showing(self, **states: str) -> int:
        """How many pages show each of these people (`pr_41="Away"`) like this."""
        wanted = [(name.replace("_", "-"), words) for name, words in states.items()]
        pages = [shown.copy() for shown in self.shown.copy().values()]
        return sum(all(words in shown.get(name, "") for name, words in wanted) for shown in pages)

    def all_show(self, **states: str) -> bool:
        """Wait until every page shows them like this."""
        return wait_until(lambda: self.showing(**states) == self.count, CROWD_SECONDS)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.work.cancel)
        self.thread.join(20)


@pytest.mark.timeout(600)
def test_a_restart_with_a_thousand_sockets_brings_all_back_and_nobody_flaps(
    site: Site, second: Server, conrad: dict[str, Any]
) -> None:
    """How long that takes is the machine's matter."""
    dora = site.backstage.ask("make_consultant", name="dora")
    free, other = f"pr_{conrad['id']}", f"pr_{dora['id']}"
    cookie = cookie_at(second.port, conrad)
    desk = Browsers(second.port, watch_frame(second.port, "/desk/", cookie), 1, cookie)
    crowd = Browsers(second.port, watch_frame(second.port, "/consultants/"), SOCKETS)
    try:
        before = {free: "Free now", other: "Away"}
        assert crowd.all_show(**before), crowd.showing(**before)
        with watcher(site.port, "/consultants/conrad/") as looks:
            answer = stopped_while_it_answers(site, second)
            site.backstage.ask("switch_off", user=dora["id"])
            second.start()
            after = {free: "Free now", other: "Offline"}
            assert crowd.all_show(**after), crowd.showing(**after)
            assert "Away" not in told(looks)
    finally:
        desk.close()
        crowd.close()
    assert answer == 200


def stopped_while_it_answers(site: Site, server: Server) -> int:
    """SIGTERM while a page waits for the database; the status that its reader gets."""
    found: list[int] = []
    reader = threading.Thread(target=lambda: found.append(page(server.port, "/consultants/conrad/")[0]))
    with locked(site, "accounts_consultantprofile"):
        reader.start()
        assert wait_until(lambda: waits_for_a_lock(site, '%"headline"%'), 15)
        server.process.terminate()
        assert wait_until(lambda: not server.answers(), 15)
    reader.join(15)
    server.process.wait(20)
    return found[0]


def waits_for_a_lock(site: Site, query: str) -> bool:
    """Whether somebody's query like this one waits for somebody else."""
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        return connection.execute(f"{waiting} AND datname = current_database()", [query]).rowcount > 0


def told(line: ClientConnection) -> str:
    """Everything that this page was told so far."""
    texts: list[str] = []
    with contextlib.suppress(TimeoutError):
        while True:
            texts.append(str(line.recv(timeout=0.3)))
    return "".join(texts)
