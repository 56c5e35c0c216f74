"""The web process: starts `manage.py serve` and watches it until it ends or a person stops it."""

import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from marketplace.embedded.processes import stop_pid
from marketplace.embedded.server import EmbeddedServer

from .place import Place, Wishes
from .refusals import NotReady, WebEnded
from .say import say
from .stopping import LOOK_SECONDS, STOP_SIGNALS, Stopping

READY_SECONDS = 60.0
RELOAD_LOOK_SECONDS = 0.7
SOURCES = ("*.py", "*.html", "*.sql")
PACKAGES = ("marketplace", "accounts", "wallet", "sessions_app", "templates")


class Web:
    """The process has its own session, so that Ctrl-C reaches only the launcher. It holds one end of a pipe
    and the launcher the other: when the launcher is killed, the pipe closes and the web process stops."""

    def __init__(self, place: Place, environment: Mapping[str, str]) -> None:
        self.place = place
        self.environment = dict(environment)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [str(self.place.python), str(self.place.manage), "serve", "--stop-with-stdin"],
            env=self.environment,
            cwd=self.place.checkout,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        (self.place.run / "web.pid").write_text(str(self.process.pid))

    @property
    def code(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        process = self.process
        if process is None:
            return
        stop_pid(process.pid, lambda: process.poll() is not None, STOP_SIGNALS)
        if process.stdin:
            process.stdin.close()
        (self.place.run / "web.pid").unlink(missing_ok=True)
        self.process = None

    def wait_until_it_answers(self, wishes: Wishes, stopping: Stopping) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not listens(wishes):
            stopping.check()
            if self.code is not None:
                raise WebEnded(code=self.code)
            if time.monotonic() > deadline:
                raise NotReady(seconds=READY_SECONDS)
            time.sleep(LOOK_SECONDS)


def listens(wishes: Wishes) -> bool:
    """Whether the port is open: `manage.py serve` opens it last, so the site is ready then."""
    host = wishes.address.removeprefix("http://").rpartition(":")[0].strip("[]")
    try:
        socket.create_connection((host, wishes.port), timeout=2).close()
    except OSError:
        return False
    return True


def watch(web: Web, servers: Sequence[EmbeddedServer], stopping: Stopping, *, reload: bool) -> int:
    """Watch until a person stops it (returns 0) or the web process exits (raises WebEnded with its code)."""
    sources = Sources(web.place.checkout) if reload else None
    while not stopping.asked:
        for server in servers:
            if not server.running:
                say(f"{server.name} stopped unexpectedly. Restarting it.")
                server.start()
        if sources:
            reload_if_changed(web, sources)
        elif web.code is not None:
            raise WebEnded(code=web.code)
        time.sleep(RELOAD_LOOK_SECONDS if sources else LOOK_SECONDS)
    return 0


def reload_if_changed(web: Web, sources: "Sources") -> None:
    """Restart the web process after a change; one that died of a typing error stays down until then."""
    if sources.changed():
        say("A file changed: reloading ...")
        web.stop()
        web.start()


class Sources:
    """The modification times of all files that a running process has read."""

    def __init__(self, checkout: Path) -> None:
        self.roots = [checkout / name for name in PACKAGES]
        self.seen = self._look()

    def _look(self) -> dict[str, int]:
        found = {}
        for root in self.roots:
            for path in (path for pattern in SOURCES for path in root.rglob(pattern)):
                try:
                    found[os.fspath(path)] = path.stat().st_mtime_ns
                except FileNotFoundError:
                    continue
        return found

    def changed(self) -> bool:
        before, self.seen = self.seen, self._look()
        return before != self.seen
