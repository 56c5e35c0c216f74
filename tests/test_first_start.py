"""`make run` as a newcomer types it: the real servers, in a copy of this checkout with spaces in its path."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from marketplace.embedded.processes import free_port, is_alive, wait_until

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = (".venv", ".data", ".git", "__pycache__", "*_cache", "node_modules")
# Limits for a busy machine; how long it really takes is printed, and `make bench-journey` reports it.
READY_SECONDS = 300

# What the test run set for itself, and a newcomer has not.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DJANGO_",
    "DEMO",
    "DEBUG",
    "HOST",
    "ALLOWED_HOSTS",
    "DATA_DIR",
    "EMAIL_",
    "MAKE",
    "QUARTER_",
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@dataclass
class Checkout:
    """A copy of this checkout with the packages already there: installing them is not what is tested here."""

    folder: Path
    port: int
    running: "subprocess.Popen[str] | None" = None
    has_data: bool = False
    descendants: set[int] = field(default_factory=set)

    @property
    def log(self) -> Path:
        return self.folder.with_name("log")

    @property
    def said(self) -> str:
        return self.log.read_text()

    def make(self, word: str, **environ: str) -> "subprocess.Popen[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        kept |= {"PORT": str(self.port), "PYTHON": sys.executable} | environ
        with self.log.open("w") as log:
            return subprocess.Popen(
                ["make", word],
                cwd=self.folder,
                env=kept,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def start(self, word: str = "run") -> float:
        """Start and wait until it says that it is ready; the answer is the seconds that took.

        A table is left in the database, for the tests of starts that find data.
        """
        began = time.monotonic()
        self.running = self.make(word)
        over = lambda: "is ready" in self.said or self.running.poll() is not None  # noqa: E731
        assert wait_until(over, READY_SECONDS), self.said
        assert self.running.poll() is None, self.said
        self.descendants = descendants_of(self.running.pid)
        seconds = time.monotonic() - began
        self.ask("CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS number")
        self.has_data = True
        return seconds

    @property
    def is_running(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def stop(self) -> None:
        if self.is_running:
            os.kill(self.launcher, signal.SIGTERM)
            self.running.wait(timeout=60)

    def reset(self) -> int:
        """The exit code of `make reset`."""
        self.has_data = False
        return self.make("reset").wait(timeout=120)

    @property
    def launcher(self) -> int:
        return int((self.folder / ".data/run/lock").read_text().split()[0])

    def environment(self, name: str) -> str:
        text = (self.folder / ".data/run/environment").read_text()
        return re.search(rf"export {name}='(.*)'", text)[1]

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.environment("OWNER_DATABASE_URL"), autocommit=True) as connection:
            found = connection.execute(question)
            return found.fetchall() if found.description else []

    def page(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def wait_for_the_end(self) -> None:
        self.running.wait(timeout=40)
        left = [pid for pid in self.descendants if is_alive(pid)]
        assert wait_until(lambda: not any(map(is_alive, left)), 5), f"still there: {left}\n{self.said}"


def descendants_of(pid: int) -> set[int]:
    """Everything started from `pid`; the two servers have sessions of their own but the same ancestors."""
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in shown.splitlines())}
    found = {pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("new") / "a checkout with spaces"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    (folder / ".venv").symlink_to(sys.prefix)
    made = Checkout(folder, free_port())
    yield made
    made.stop()
    made.reset()


# Where a test begins, whatever the one before it did; if all went well, there is nothing left to do.
@pytest.fixture
def fresh(checkout: Checkout) -> Checkout:
    """Never started, or reset."""
    checkout.stop()
    if checkout.has_data:
        checkout.reset()
    return checkout


@pytest.fixture
def stopped(checkout: Checkout) -> Checkout:
    """Started once, and stopped again."""
    checkout.stop()
    if not checkout.has_data:
        checkout.start()
        checkout.stop()
    return checkout


@pytest.fixture
def running(checkout: Checkout) -> Checkout:
    if not (checkout.is_running and checkout.has_data):
        checkout.stop()  # one that did not become ready in time
        checkout.start()
    return checkout


def test_first_start_names_address_and_sign_ins_and_ctrl_c_leaves_nothing(fresh):
    checkout = fresh
    seconds = checkout.start()
    print(f"first start, packages there: {seconds:.1f} s")

    for wanted in (
        f"http://127.0.0.1:{checkout.port}/",
        "client@example.com",
        "quarter-demo",
        "private window",
    ):
        assert wanted in checkout.said
    assert checkout.page("/health/live")[0] == 200
    assert checkout.page("/health/ready")[0] == 200
    serving = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()"
    assert {("quarter_app",)} == set(checkout.ask(f"{serving} AND pid <> pg_backend_pid()"))
    # The launcher, PostgreSQL with its helpers, Valkey, the web process.
    assert len(checkout.descendants) >= 5

    os.killpg(checkout.running.pid, signal.SIGINT)

    checkout.wait_for_the_end()
    assert "Stopped; the data is kept." in checkout.said
    assert "failed" not in checkout.said
    assert "could not be completed" not in checkout.said


def test_second_start_makes_nothing_anew_and_keeps_the_data_and_sigterm_leaves_nothing(stopped):
    checkout = stopped
    seconds = checkout.start()
    print(f"second start: {seconds:.1f} s")

    assert checkout.ask("SELECT number FROM kept") == [(42,)]
    assert "Installing" not in checkout.said
    assert "Collecting" not in checkout.said

    checkout.running.send_signal(signal.SIGTERM)

    checkout.wait_for_the_end()


def test_a_second_make_run_in_the_same_checkout_is_one_sentence(running):
    checkout = running
    log = checkout.said

    again = checkout.make("run", PORT=str(free_port()))
    assert again.wait(timeout=120) != 0

    assert f"already runs from this folder, at http://127.0.0.1:{checkout.port}/" in checkout.said
    assert checkout.page("/health/live")[0] == 200
    checkout.log.write_text(log)


def test_a_killed_launcher_leaves_servers_that_the_next_start_takes_care_of(running):
    checkout = running
    before = checkout.descendants
    os.kill(checkout.launcher, signal.SIGKILL)
    checkout.running.wait(timeout=10)

    checkout.start()

    assert not any(is_alive(pid) for pid in before - {checkout.running.pid})
    assert checkout.ask("SELECT number FROM kept") == [(42,)]


def test_impatient_ctrl_c_leaves_nothing(running):
    checkout = running
    for _ in range(4):
        os.killpg(checkout.running.pid, signal.SIGINT)
        time.sleep(0.05)

    checkout.wait_for_the_end()


def test_a_web_process_that_dies_takes_everything_along_and_says_so(running):
    checkout = running

    os.kill(int((checkout.folder / ".data/run/web.pid").read_text()), signal.SIGKILL)

    checkout.wait_for_the_end()
    assert checkout.running.returncode != 0
    assert "The web server exited with code" in checkout.said


def test_make_reset_removes_the_data_and_the_folder_outside(stopped):
    checkout = stopped
    note = checkout.folder / ".data/postgres/outside"
    outside = Path(note.read_text().strip()) if note.exists() else None

    assert checkout.reset() == 0

    assert not (checkout.folder / ".data").exists()
    assert outside is None or not outside.exists()
