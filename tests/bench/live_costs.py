"""What idle sockets cost, and how long the people of a killed process are shown as free."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection

from tests.bench.live_helpers import Helper
from tests.support.servers import Server, cookie_at, watch_frame, watcher
from tests.support.site import Site

HERTZ = 100


def idle_costs(site: Site, crowd: Helper, count: int, *, seconds: float) -> tuple[float, float]:
    """KiB a socket, and the CPU of a process that holds them all, in per cent of one."""
    server = Server(site)
    try:
        hello = watch_frame(server.port, "/")
        crowd.ask("open", name="first", ports=[server.port], path="/ws/live/", count=50, hello=hello)
        time.sleep(2)
        before = memory(server.process.pid)
        crowd.ask("open", name="idle", ports=[server.port], path="/ws/live/", count=count, hello=hello)
        time.sleep(3)
        kib = (memory(server.process.pid) - before) / count
        began, used = time.monotonic(), cpu(server.process.pid)
        time.sleep(seconds)
        share = (cpu(server.process.pid) - used) / (time.monotonic() - began)
        for name in ("first", "idle"):
            crowd.ask("close", name=name)
        return kib, share * 100
    finally:
        server.kill()


def memory(pid: int) -> int:
    """Resident KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def cpu(pid: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / HERTZ


# --- kill -9 ---------------------------------------------------------------------------------------------


def kills(site: Site, stage: Helper, times: int, at_once: int) -> list[float]:
    """Seconds until a watcher elsewhere is told, for each server process that was killed."""
    home = Server(site)
    try:
        people = [stage.ask("make_consultant", name=f"gone{number}") for number in range(at_once)]
        with ThreadPoolExecutor(at_once) as threads:
            rounds = [kill_round(site, home, people, threads) for _ in range(times)]
        return [seconds for found in rounds for seconds in found]
    finally:
        home.kill()


def kill_round(
    site: Site, home: Server, people: list[dict[str, Any]], threads: ThreadPoolExecutor
) -> list[float]:
    victims = [Server(site, wait=False) for _ in people]
    try:
        for victim in victims:
            victim.wait()
        return list(threads.map(lambda pair: kill_one(home, *pair), zip(victims, people, strict=True)))
    finally:
        for victim in victims:
            victim.kill()


def kill_one(home: Server, victim: Server, person: dict[str, Any]) -> float:
    """A consultant's page at the victim, a stranger's at home."""
    looks = watcher(home.port, f"/consultants/{person['handle']}/")
    desk = watcher(victim.port, "/desk/", cookie_at(victim.port, person))
    shows(looks, "Free now", 40)
    time.sleep(person["id"] % 7 / 2)  # somewhere between two beats
    began = time.monotonic()
    victim.kill()
    shows(looks, "Away", 40)
    took = time.monotonic() - began
    for line in (looks, desk):
        line.close()
    return took


def shows(line: ClientConnection, words: str, seconds: float) -> None:
    """Wait until the dot says so."""
    ends = time.monotonic() + seconds
    while True:
        frame = json.loads(line.recv(timeout=ends - time.monotonic()))
        if any(words in el["html"] for el in frame.get("els", []) if el["id"].startswith("pr-")):
            return
