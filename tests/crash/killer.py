"""Ends processes at random moments, and starts again what it ended."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from marketplace.embedded import EmbeddedPostgres

PAUSE = (0.15, 0.6)
KINDS = {"worker": 60, "backend": 15, "postmaster": 15, "immediate": 10}


class Killer:
    """`kill_worker` ends one of the workers; the caller starts it again."""

    def __init__(
        self, server: EmbeddedPostgres, kill_worker: Callable[[random.Random], None], seed: int
    ) -> None:
        self.server = server
        self.kill_worker = kill_worker
        self.chance = random.Random(seed)
        self.kills: Counter[str] = Counter()

    def once(self) -> None:
        """Wait a moment, then kill something."""
        time.sleep(self.chance.uniform(*PAUSE))
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        if kind == "backend" and not self._backend():
            kind = "worker"
        if kind != "backend":
            getattr(self, f"_{kind}")()
        self.kills[kind] += 1

    def _worker(self) -> None:
        self.kill_worker(self.chance)

    def _backend(self) -> bool:
        """The whole server goes through crash recovery when one backend dies; False if there was none."""
        backends = self._backends()
        return bool(backends) and signalled(self.chance.choice(backends), signal.SIGKILL)

    def _postmaster(self) -> None:
        self.server.kill()
        self.server.start()

    def _immediate(self) -> None:
        """As `pg_ctl stop -m immediate` does."""
        pid = self.server.pid
        if pid:
            signalled(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 20
        while self.server.running and time.monotonic() < deadline:
            time.sleep(0.02)
        self.server.kill()
        self.server.start()

    def _backends(self) -> list[int]:
        """Client processes of our own postmaster, by their titles; none of anybody else's."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(path.read_text().rpartition(")")[2].split()[1])
                title = (path.parent / "cmdline").read_bytes()
            except (OSError, IndexError, ValueError):
                continue
            if parent == self.server.pid and b"127.0.0.1" in title:
                found.append(int(path.parent.name))
        return found


def signalled(pid: int, number: signal.Signals) -> bool:
    """Send a signal; False if the process ended by itself since it was looked up."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
