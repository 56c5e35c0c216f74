"""The real product in processes of its own, to be killed, hung and started again by a test."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from marketplace.embedded import EmbeddedValkey
from marketplace.embedded.processes import free_port, wait_until
from tests.support.backstage import Backstage

CHECKOUT = Path(__file__).resolve().parent.parent.parent
MANAGE = str(CHECKOUT / "manage.py")
START_SECONDS = 40.0

# Long enough for two slow cores, short enough to wait for. At a price of 9000 a second costs 10 hundredths.
SHORT_RULES = {
    "QUARTER_TEST_RULES": "1",
    "QUARTER_RING_SECONDS": "15",
    "QUARTER_CONNECT_SECONDS": "30",
    "QUARTER_RETURN_SECONDS": "14",
    "QUARTER_INTERRUPTED_TOTAL_SECONDS": "60",
    "QUARTER_FREE_BELOW_SECONDS": "1",
    "QUARTER_MINIMUM_BILL_SECONDS": "2",
    "QUARTER_CLOCK_GRACE_SECONDS": "6",
    "QUARTER_REQUESTS_PER_10_MINUTES": "1000",
    "QUARTER_REQUESTS_PER_DAY": "1000",
    "QUARTER_MESSAGES_PER_10_SECONDS": "1000",
    "QUARTER_TOP_UPS_PER_HOUR": "1000",
    "QUARTER_SIGN_INS_PER_MINUTE": "1000",
    "QUARTER_SIGN_UPS_PER_HOUR": "1000",
    "QUARTER_LEAVE_GRACE_SECONDS": "3",
}


def _nothing() -> None:
    pass


class Site:
    """`manage.py serve` on a free port, with a database and a Valkey that nobody else uses."""

    def __init__(self, folder: Path, *, rules: Mapping[str, str] = SHORT_RULES) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "web.log"
        self._usual_rules = dict(rules)
        self.rules = dict(rules)
        self.valkey = EmbeddedValkey(folder / "valkey")
        self._server = os.environ["DATABASE_URL"]
        self._database = f"site_{uuid.uuid4().hex[:12]}"
        self._role, self._password = f"{self._database}_app", uuid.uuid4().hex
        # Done at each look of a test that waits for the books: sockets routed by hand must be kept going.
        self.meanwhile: Callable[[], object] = _nothing
        self._process: subprocess.Popen[bytes] | None = None
        self._backstage: Backstage | None = None

    # --- life ---------------------------------------------------------------------------------

    def open(self) -> "Site":
        """Database, tables, static files, Valkey, web process; back when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._administer(f"CREATE DATABASE {self._database}")
        self.valkey.start()
        self.manage("migrate", "--noinput", "--verbosity=0")
        self.manage("create_app_role", "--name", self._role)
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        return self.start()

    def start(self, **rules: str) -> "Site":
        """Start (again), on the same port; `RING_SECONDS="3"` changes a rule from here on."""
        self.rules |= {
            name if name.startswith("TURN_") else f"QUARTER_{name}": value for name, value in rules.items()
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, MANAGE, "serve", "--stop-with-stdin"],
                cwd=CHECKOUT,
                env=self.environment | {"DATABASE_URL": self._url_of(self._role, self._password)},
                stdin=subprocess.PIPE,  # it ends by itself when the test run is killed
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ready = wait_until(lambda: not self.running or self.answers(), START_SECONDS)
        assert ready and self.running, f"the site did not start:\n{self.last_lines()}"
        return self

    def kill(self) -> None:
        """End the web process at once, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End the web process in order."""
        if self._process and self.running:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def restart(self, **rules: str) -> None:
        self.stop()
        self.start(**rules)

    def settle(self) -> None:
        """Run with the usual rules and both servers, whatever was done to it."""
        self.meanwhile = _nothing
        if not self.valkey.running:
            self.valkey.start()
        if self.rules != self._usual_rules:
            self.rules = dict(self._usual_rules)
            self.stop()
        if not self.running:
            self.start()

    def hang(self) -> None:
        """The process stays and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop everything and drop the database."""
        if self._backstage:
            self._backstage.close()
        self.stop()
        self.valkey.stop()
        self._administer(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")
        self._administer(f"DROP ROLE IF EXISTS {self._role}")
        shutil.rmtree(self.folder / "data" / "static", ignore_errors=True)

    # --- looking at it --------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def cpu_seconds(self) -> float:
        """What the web process has used up to now."""
        assert self._process
        words = ["ps", "-o", "cputimes=", "-p", str(self._process.pid)]
        stat = Path(f"/proc/{self._process.pid}/stat")
        if stat.exists():
            used = stat.read_text().rpartition(")")[2].split()[11:13]
            return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
        return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)

    def answers(self, path: str = "/health/live") -> bool:
        try:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            line.request("GET", path)
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def last_lines(self, count: int = 40) -> str:
        return (
            "\n".join(self.log.read_text(errors="replace").splitlines()[-count:]) if self.log.exists() else ""
        )

    def mails(self) -> list[str]:
        """Every mail that was written, the oldest first."""
        files = sorted((self.folder / "data" / "mail").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        return [file.read_text() for file in files]

    @property
    def backstage(self) -> Backstage:
        """A process that makes people and reads the books, with the settings of the site."""
        if self._backstage is None:
            self._backstage = Backstage(self.environment, CHECKOUT)
        return self._backstage

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, MANAGE, *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"manage.py {words[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def _url_of(self, role: str = "", password: str = "") -> str:
        """The site's database, as its owner or as the restricted role that it is served by."""
        server = urlsplit(self._server)
        place = server.netloc.rpartition("@")[2]
        whose = f"{role}:{password}@{place}" if role else server.netloc
        return server._replace(path=f"/{self._database}", netloc=whose).geturl()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QUARTER_")}
        return kept | {
            "DATABASE_URL": self._url_of(),
            "APP_ROLE_PASSWORD": self._password,
            "REDIS_URL": self.valkey.url,
            "DATA_DIR": str(self.folder / "data"),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DEMO": "0",
            "DEBUG": "0",
            "PYTHONUNBUFFERED": "1",
            **self.rules,
        }

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
