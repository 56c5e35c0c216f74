"""How fast news is, and what it costs: `make bench-live` (`QUICK=1` for less than 120 s).

Everything runs on one machine and one clock, in one run. The paths that are compared take turns within
each round, so that whatever else the machine does hits all of them: the product's hub, the same switch
told through `group_send`, and a floor of bare asyncio, `websockets` and redis-py that sends the same bytes.
Each begins when its UPDATE is sent, and all are watched by the same client (tests/bench/live_crowd.py).
Of each round p50 and p99, of the rounds the median. The last line is JSON.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.live_costs import idle_costs, kills
from tests.bench.live_helpers import Floor, Helper
from tests.bench.live_relay import relay_times
from tests.support.servers import Server, cookie_at, watch_frame
from tests.support.site import Site

QUICK = os.environ.get("QUICK", "") not in ("", "0")
ROUNDS = int(os.environ.get("ROUNDS", "2" if QUICK else "5"))
TOGGLES = 6 if QUICK else 30
RINGS = 6 if QUICK else 40
RELAYED = 60 if QUICK else 250
KILLS = (1, 3) if QUICK else (5, 4)  # times, server processes that are killed each time
SOCKETS, IDLE_SOCKETS = 1000, 2000
# Longer than news is collected, so that each is told by itself; a ring's end is told to the thousand too.
TOGGLE_PAUSE_SECONDS, RING_PAUSE_SECONDS = 0.13, 0.25
RULES = {
    "QUARTER_TEST_RULES": "1",
    "QUARTER_REQUESTS_PER_10_MINUTES": "1000000",
    "QUARTER_REQUESTS_PER_DAY": "1000000",
}
BUDGETS = {
    "toggle_p99_vs_floor": 1.5,
    "toggle_p99_vs_group_send": 0.5,
    "ring_p99_ms": 100,
    "ring_p99_vs_idle": 3,
    "kib_per_socket": 45,
    "idle_cpu_percent": 3,
    "offline_after_kill_s": 12,
}
KEYS = [
    "toggle_p99_vs_floor",
    "toggle_p99_vs_group_send",
    "ring_p99_ms",
    "relay_p99_vs_floor",
    "kib_per_socket",
    "offline_after_kill_s",
    "ring_p99_vs_idle",
    "idle_cpu_percent",
    "offline_after_kill_p50_s",
    "toggle_p99_vs_floor_1p",
    "toggle_p99_vs_group_send_1p",
]
Times = list[float]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def rank(values: Times, share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[max(0, -(-int(len(values) * share * 1000) // 1000) - 1)] if values else float("nan")


class Rounds:
    """One kind of wait: its times, round by round."""

    def __init__(self) -> None:
        self.rounds: list[Times] = []

    def at(self, share: float) -> float:
        return median(rank(times, share) for times in self.rounds)

    def tell(self, name: str) -> None:
        count = sum(map(len, self.rounds))
        say(f"  {name:<52}{self.at(0.5):9.2f}{self.at(0.99):9.2f} ms   of {count}")


class Stand:
    """All that runs for the whole bench: database, Valkey, two servers, two floors, the crowd, the stage."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.site = Site(folder, rules=RULES)
        stack.callback(self.site.close)
        self.site.open()
        self.site.kill()  # tables and files are there; its server was not asked for anything
        command = ("-m", "tests.bench.live_server")
        self.servers = [Server(self.site, command) for _ in range(2)]
        for server in self.servers:
            stack.callback(server.kill)
        environment = self.site.environment
        self.floors = [Floor(self.site.valkey.url, environment) for _ in range(2)]
        self.stage = Helper("tests.bench.live_stage", environment)
        self.crowd = Helper("tests.bench.live_crowd", environment)
        for helper in (*self.floors, self.stage, self.crowd):
            stack.callback(helper.close)

    def consultant(self, name: str) -> dict[str, Any]:
        return dict(self.stage.ask("make_consultant", name=name))


# --- the switch ------------------------------------------------------------------------------------------


class Fan:
    """A thousand sockets at one or two processes, told by three paths."""

    def __init__(self, stand: Stand, processes: int) -> None:
        self.stand, self.name = stand, f"fan{processes}"
        self.facts = stand.consultant(self.name)
        self.user = self.facts["id"]
        # Watched by nobody, or the hub would tell its thousand while `group_send` tells the others.
        self.grouped = stand.consultant(f"{self.name}-group")["id"]
        self.bare = stand.consultant(f"{self.name}-bare")["id"]
        self.rows = {path: Rounds() for path in ("product", "group", "floor")}
        self.processes = processes

    def open(self) -> None:
        servers = self.stand.servers[: self.processes]
        ports = [server.port for server in servers]
        hello = watch_frame(ports[0], f"/consultants/{self.name}/")
        floors = [floor.port for floor in self.stand.floors[: self.processes]]
        for path, (where, address, first) in {
            "product": (ports, "/ws/live/", hello),
            "group": (ports, "/ws/bench/", ""),
            "floor": (floors, "/", ""),
        }.items():
            order = {"ports": where, "path": address, "count": SOCKETS, "hello": first}
            took = self.stand.crowd.ask("open", name=path, **order)
            say(f"  {SOCKETS} sockets at {self.processes} x {path:<8}{took:6.1f} s")

    def close(self) -> None:
        for path in self.rows:
            self.stand.crowd.ask("close", name=path)

    def round(self) -> None:
        for rows in self.rows.values():
            rows.rounds.append([])
        for _ in range(TOGGLES):
            for path, rows in self.rows.items():
                rows.rounds[-1].append(self.once(path))
                time.sleep(TOGGLE_PAUSE_SECONDS)

    def warm_up(self) -> None:
        """Each path once; the floor has the product's bytes to send from then on."""
        for path in self.rows:
            self.once(path)
            time.sleep(TOGGLE_PAUSE_SECONDS)

    def once(self, path: str) -> float:
        """Milliseconds until the last of the thousand knew."""
        crowd = self.stand.crowd
        sockets = crowd.ask("arm", name=path)
        turned = self._turn(path)
        arrivals = crowd.ask("wait", name=path, version=turned["version"], seconds=10)
        assert len(arrivals) == sockets == SOCKETS, f"{path}: {len(arrivals)} of {sockets} heard of it"
        return float(arrivals[-1] - turned["began"]) * 1000

    def _turn(self, path: str) -> dict[str, Any]:
        if path == "product":
            return dict(self.stand.stage.ask("toggle", user=self.user))
        if path == "group":
            return dict(self.stand.stage.ask("toggle_by_group", user=self.grouped))
        text = self.stand.crowd.ask("last", name="product")
        version = int(text.split('"v":')[1].split(",")[0])
        return dict(self.stand.stage.ask("toggle_bare", user=self.bare, text=text, version=version))

    def tell(self) -> dict[str, float]:
        of = "1 process" if self.processes == 1 else f"{self.processes} processes"
        for path, rows in self.rows.items():
            rows.tell(f"toggle -> last of {SOCKETS}, {of}: {path}")
        product, group, floor = (rows.at(0.99) for rows in self.rows.values())
        return {"toggle_p99_vs_floor": product / floor, "toggle_p99_vs_group_send": product / group}


def toggles(stand: Stand, results: dict[str, float]) -> None:
    """Both numbers of processes; the worse ratio counts."""
    found: list[dict[str, float]] = []
    for processes in (1, 2):
        fan = Fan(stand, processes)
        fan.open()
        desk = Bell(stand, fan.name, fan.facts)
        fan.warm_up()
        for _ in range(ROUNDS):
            fan.round()
        if processes == 2:
            rings(stand, results, desk)
        fan.close()
        found.append(fan.tell())
    for name in found[0]:
        results[name] = max(ratios[name] for ratios in found)
    results |= {f"{name}_1p": value for name, value in found[0].items()}


# --- ringing ---------------------------------------------------------------------------------------------


class Bell:
    """A consultant's desk that waits for requests; `watched` by a thousand others or by nobody."""

    def __init__(self, stand: Stand, handle: str, facts: dict[str, Any]) -> None:
        self.stand, self.name, self.user = stand, f"desk of {handle}", facts["id"]
        port = stand.servers[0].port
        cookie = cookie_at(port, facts)
        hello = watch_frame(port, "/desk/", cookie)
        order = {"ports": [port], "path": "/ws/live/", "count": 1, "hello": hello, "cookie": cookie}
        stand.crowd.ask("open", name=self.name, pattern='"id":"req-[0-9a-f-]+","v":([0-9]+)', **order)
        stand.stage.ask("switch_on", user=self.user)
        self.client = stand.stage.ask("make_client", name=f"client-of-{handle}", credits=500_000)["id"]
        self.times = Rounds()

    def once(self) -> float:
        self.stand.crowd.ask("arm", name=self.name)
        made = self.stand.stage.ask("ring", client=self.client, consultant=self.user)
        arrivals = self.stand.crowd.ask("wait", name=self.name, version=1, seconds=10)
        assert arrivals, "a request did not ring"
        self.stand.stage.ask("hush", client=self.client, id=made["id"])
        return float(arrivals[0] - made["began"]) * 1000


def rings(stand: Stand, results: dict[str, float], watched: "Bell") -> None:
    """Request to popup: of a consultant whom a thousand watch, in turn with one whom nobody watches."""
    bells = {
        "1000 watch": watched,
        "idle": Bell(stand, "quiet", stand.consultant("quiet")),
    }
    watched.stand.stage.ask("switch_on", user=watched.user)
    for _ in range(ROUNDS):
        for bell in bells.values():
            bell.times.rounds.append([])
        for _ in range(RINGS):
            for bell in bells.values():
                bell.times.rounds[-1].append(bell.once())
                time.sleep(RING_PAUSE_SECONDS)
    for name, bell in bells.items():
        bell.times.tell(f"request -> popup, {name}")
    busy, idle = (bell.times.at(0.99) for bell in bells.values())
    results |= {"ring_p99_ms": busy, "ring_p99_vs_idle": busy / idle}


# --- signaling -------------------------------------------------------------------------------------------


def relay(stand: Stand, results: dict[str, float]) -> None:
    client, consultant = stand.stage.ask("make_client", name="rita"), stand.consultant("ron")
    room = stand.stage.ask("accepted_call", client=client["id"], consultant=consultant["id"])
    people = [(stand.servers[0].port, client), (stand.servers[1].port, consultant)]
    lines = [(port, f"/ws/room/{room}/", cookie_at(port, person)) for port, person in people]
    found = asyncio.run(relay_times(lines, stand.site.valkey.url, ROUNDS, RELAYED // ROUNDS))
    rows = {name: Rounds() for name in ("product", "floor")}
    for name, times in found.items():
        rows[name].rounds = times
    rows["product"].tell("signaling frame from one process to the other")
    rows["floor"].tell("bare redis pub/sub round trip")
    results["relay_p99_vs_floor"] = rows["product"].at(0.99) / rows["floor"].at(0.99)


def costs(stand: Stand, results: dict[str, float]) -> None:
    """An idle socket's memory and time, and how long a dead process's people are shown as free."""
    kib, cpu = idle_costs(stand.site, stand.crowd, IDLE_SOCKETS, seconds=10 if QUICK else 30)
    say(f"  {IDLE_SOCKETS} idle sockets{kib:42.1f} KiB each{cpu:9.2f} % of one CPU")
    results |= {"kib_per_socket": kib, "idle_cpu_percent": cpu}
    away = kills(stand.site, stand.stage, *KILLS)
    say(f"  kill -9 -> shown away{median(away):40.1f}{max(away):9.1f} s (max)   of {len(away)}")
    results["offline_after_kill_s"] = max(away)
    results["offline_after_kill_p50_s"] = median(away)


def measure(stand: Stand, results: dict[str, float]) -> None:
    say(f"  {'':<52}{'p50':>9}{'p99':>9}")
    for step in (toggles, relay, costs):
        began = time.monotonic()
        step(stand, results)
        say(f"  {step.__name__:<8}{time.monotonic() - began:6.0f} s")


def main() -> None:
    began = time.monotonic()
    results: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="quarter-bench-") as folder, ExitStack() as stack:
        measure(Stand(Path(folder), stack), results)
    say(f"  took {time.monotonic() - began:.0f} s; load {os.getloadavg()[0]:.1f}")
    for name, budget in BUDGETS.items():
        fine = "met" if results[name] <= budget else "MISSED"
        say(f"  {name:<28}{results[name]:10.2f}   budget {budget:<6}{fine}")
    say(json.dumps({"bench": "live", **{name: round(results[name], 3) for name in KEYS}}))


if __name__ == "__main__":
    main()
