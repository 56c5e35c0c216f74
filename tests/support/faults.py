"""What can go wrong between two browsers, done on purpose: sockets, packets, pages, ports."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from playwright.sync_api import Browser, Page, Playwright, WebSocketRoute

from marketplace.embedded.processes import wait_until
from tests.support.browsers import FAKE_DEVICES, FLAGS, Visitor, browser_path
from tests.support.site import CHECKOUT

AWAY = "WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|Failed to fetch|status 503"
ROOM = re.compile("/ws/room/")


class Sockets:
    """The room's sockets of one visitor, in the hands of the test. Made before the room is opened."""

    def __init__(self, visitor: Visitor) -> None:
        self.routes: list[WebSocketRoute] = []
        visitor.page.route_web_socket(ROOM, self._opened)

    def _opened(self, route: WebSocketRoute) -> None:
        route.connect_to_server()
        self.routes.append(route)

    def close(self, code: int) -> None:
        """The page sees its newest socket close with this code."""
        self.routes[-1].close(code=code)


class Wire:
    """The packets between the browsers of one page (Chromium). Made before the room is opened."""

    def __init__(self, visitor: Visitor) -> None:
        self.devtools = visitor.context.new_cdp_session(visitor.page)
        self.devtools.send("Network.enable")
        self.lose(0)

    def lose(self, percent: int) -> None:
        """So many packets of a hundred are lost from now on, both ways; 100 is darkness."""
        self.devtools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 1,
                "downloadThroughput": 50_000_000,
                "uploadThroughput": 50_000_000,
                "packetLoss": percent,
            },
        )


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """This whole browser stands still, as on a laptop with a closed lid. Ask its pages nothing meanwhile."""
    devtools = browser.new_browser_cdp_session()
    found = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
    pids = [int(each["id"]) for each in found]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        devtools.detach()


# --- ports that die ---------------------------------------------------------------------------------------

NO_NAMESPACE = "dead ports need root, unshare, nsenter and nft (`apt-get install nftables`)"
PORTS = """async () => {
  const peer = window.__peers.filter((each) => each.connectionState === "connected").at(-1);
  const reports = [...(await peer.getStats()).values()];
  const all = reports.filter(({ type }) => type === "local-candidate" || type === "remote-candidate");
  return all.map(({ port }) => port).filter((port) => port > 9);
}"""


def used_ports(*pages: Page) -> list[int]:
    """Every port that these pages' connections know of."""
    return sorted({port for page in pages for port in page.evaluate(PORTS)})


class Namespace:
    """A network of its own with nothing but loopback, for a browser; the site's port leads out of it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.processes: list[subprocess.Popen[bytes]] = []

    @staticmethod
    def needed() -> None:
        """Skip with words where it cannot be made; in CI that fails."""
        tools = all(map(shutil.which, ("unshare", "nsenter", "nft", "ip")))
        if not tools or os.geteuid() != 0 or subprocess.run(["unshare", "-n", "true"]).returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_NAMESPACE)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._start("unshare", "-n", "sleep", "infinity")
        own = Path("/proc/self/ns/net").readlink()
        assert wait_until(lambda: Path(f"/proc/{self.pid}/ns/net").readlink() != own, 5)
        self.run("ip", "link", "set", "lo", "up")
        self.run("nft", "add table inet t; add chain inet t i { type filter hook input priority 0; }")
        door = str(self.folder / "door")
        tunnel = [sys.executable, "-m", "tests.support.tunnel"]
        self._start(*tunnel, "out", door, str(self.port))
        assert wait_until(lambda: Path(door).exists(), 10)
        self._start(*self._inside, *tunnel, "in", door, str(self.port))
        return self

    @property
    def pid(self) -> int:
        return self.processes[0].pid

    @property
    def _inside(self) -> list[str]:
        return ["nsenter", "-t", str(self.pid), "-n"]

    def run(self, *words: str) -> None:
        subprocess.run([*self._inside, *words], check=True)

    def launch(self, playwright: Playwright) -> Browser:
        """Chromium in here."""
        wrapper = self.folder / "chromium"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(self._inside)} {browser_path()} "$@"\n')
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IEXEC)
        return playwright.chromium.launch(executable_path=str(wrapper), args=[*FLAGS, FAKE_DEVICES])

    def kill_ports(self, ports: list[int]) -> None:
        """From now on nothing arrives at them: as if a router had forgotten them."""
        listed = ", ".join(map(str, ports))
        self.run("nft", f"add rule inet t i udp dport {{ {listed} }} drop")

    def _start(self, *words: str) -> None:
        self.processes.append(subprocess.Popen(words, cwd=CHECKOUT, start_new_session=True))

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def facts_of_pair(page: Page) -> dict[str, Any]:
    """How the newest connection of this page goes: kinds of the chosen candidates, the relay's protocol."""
    return dict(page.evaluate(PAIR))


PAIR = """async () => {
  const peer = window.__peers.filter((each) => each.connectionState === "connected").at(-1);
  const all = await peer.getStats();
  const reports = [...all.values()];
  const chosen = reports.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pair = all.get(chosen) ?? reports.find((each) => each.type === "candidate-pair" && each.selected);
  const own = all.get(pair.localCandidateId), other = all.get(pair.remoteCandidateId);
  return { own: own.candidateType, other: other.candidateType, by: own.relayProtocol ?? "" };
}"""
