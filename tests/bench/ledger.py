"""`make bench-ledger`: the ledger beside what PostgreSQL itself can do (`QUICK=1` for less than 90 s).

One embedded server with fsync on and its usual settings; every variant takes its turn in every round, every second
round backwards, so that whatever else the machine does and whatever grows hits all of them; medians of the rounds.
pgbench runs prepared statements for all, with at least as many branches (tpcb-like) as clients.

An operation is one committed transaction: for pgbench a run of its script (five statements, BEGIN and END), for the
ledger a hold or a capture with all guards on, in one statement each, through Django with the row of its consultation.
Every hold is of a new consultation, with a random key, and fills an escrow of its own; every capture pays three
accounts. "uniform" spreads the fee over a thousand accounts; the product has one. Beside the rates, which follow the
load of the machine, stand the CPU time and the write-ahead log of an operation, which hardly do. The last line is JSON.
"""

# ruff: noqa: E501

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from marketplace.embedded import EmbeddedPostgres
from marketplace.embedded.state import postgres_package
from tests.bench.ledger_costs import Costs
from tests.bench.ledger_workers import Workers

CHECKOUT = Path(__file__).resolve().parent.parent.parent
QUICK = os.environ.get("QUICK", "") not in ("", "0")
ROUNDS = int(os.environ.get("ROUNDS", "1" if QUICK else "5"))
SECONDS = int(os.environ.get("SECONDS_EACH", "2" if QUICK else "5"))
CLIENTS = (4, 16) if QUICK else (1, 4, 16)
SCALE = 16  # at least as many branches as clients
PEOPLE, CONSULTANTS = 1000, 100

# Each statement is a transaction of its own.
LIFECYCLE = """
\\set call random(1, 1000000000000000)
\\set client random(1, {people})
\\set consultant random(1, {consultants})
SELECT ledger_hold('consultation:' || :call::text || ':' || 'hold', 'user:' || :client::text, 'consultation:' || :call::text, 2000, 'XTS', clock_timestamp());
SELECT {capture}('consultation:' || :call::text || ':' || 'capture', 'user:' || :client::text, 'user:' || (:consultant::int + {people})::text, 'consultation:' || :call::text, 1200, 240, 'XTS', clock_timestamp());
"""
VARIANTS = ("simple-update", "tpcb-like", "function", "uniform", "django")
OPERATIONS = {"function": 2, "uniform": 2}  # in one run of its script


class Bench:
    """The server, its databases and the scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedPostgres(folder / "postgres")
        self.costs = Costs(self.server)
        self.pgbench = str(postgres_package() / "pginstall" / "bin" / "pgbench")

    def prepare(self) -> None:
        self.server.start()
        with psycopg.connect(self.server.url_of("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE physical")
        self._pgbench("physical", "-i", "-q", "-s", str(SCALE))
        self._manage("migrate", "--verbosity=0")
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            self._seed(connection)
        for name, capture in (("function", "ledger_capture"), ("uniform", "bench_capture")):
            script = LIFECYCLE.format(people=PEOPLE, consultants=CONSULTANTS, capture=capture)
            (self.folder / f"{name}.sql").write_text(script)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.server.url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SECRET_KEY": "bench",
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        }

    def _manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=CHECKOUT,
            env=self.environment,
            text=True,
            capture_output=True,
        )
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            sys.exit(1)
        return done.stdout

    def _seed(self, connection: psycopg.Connection) -> None:
        """People with credits; and a capture whose fee goes to one of a thousand accounts instead of one."""
        connection.execute(
            "SELECT ledger_top_up('topup:' || n, 'user:' || n, 1000000000000, 'XTS', 'topup:' || n, clock_timestamp()) "
            "FROM generate_series(1, %s) n",
            [PEOPLE],
        )
        connection.execute(
            "INSERT INTO wallet_account (kind, owner, currency, balance_mode) "
            "SELECT 'platform_revenue', 'shard:' || n, 'XTS', 'fold' FROM generate_series(0, 999) n"
        )
        [(source,)] = connection.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'ledger_capture'"
        ).fetchall()
        shared = "ledger_account('platform_revenue', '', p_currency)"
        assert shared in source
        spread = shared.replace("''", "'shard:' || abs(hashtext(p_consultation)) %% 1000".replace("%%", "%"))
        connection.execute(
            sql.SQL(source.replace("ledger_capture(", "bench_capture(", 1).replace(shared, spread))  # type: ignore[arg-type]
        )
        connection.execute("VACUUM ANALYZE")

    def measure(self, variant: str, clients: int) -> float:
        """Operations a second."""
        with self.costs.of(variant, clients) as operations:
            if variant in ("tpcb-like", "simple-update"):
                rate = self._rate("physical", clients, "-b", variant)
            else:
                script = str(self.folder / f"{variant}.sql")
                rate = OPERATIONS[variant] * self._rate("quarter", clients, "-f", script)
            operations.append(rate * SECONDS)
        return rate

    def _rate(self, database: str, clients: int, *what: str) -> float:
        told = self._pgbench(
            database,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            str(min(clients, 2)),
            "-T",
            str(SECONDS),
            *what,
        )
        line = next(line for line in told.splitlines() if line.startswith("tps = "))
        return float(line.split()[2])

    def _pgbench(self, database: str, *words: str) -> str:
        done = subprocess.run(
            [self.pgbench, *words, self.server.url_of(database)], text=True, capture_output=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stderr[-2000:])
            sys.exit(1)
        return done.stdout

    def check(self) -> str:
        """The books after all that, by the product's own rules."""
        return self._manage("shell", "--verbosity=0", "-c", CHECK).strip()

    def deadlocks(self) -> int:
        with psycopg.connect(self.server.url) as connection:
            [(count,)] = connection.execute("SELECT sum(deadlocks)::int FROM pg_stat_database").fetchall()
        return int(count)


# The calls and purchases of the bench have no rows, or rows without seconds, which these four rules would rightly call
# wrong; the extra fee accounts are of the bench alone.
CHECK = """
import time
from wallet import checks
checks.RULES[:] = [r for r in checks.RULES if r.name not in ("I10", "I14", "I16", "I17")]
began = time.monotonic()
postings, broken = checks.ask_all()
print(f"{postings} postings checked in {time.monotonic() - began:.1f} s, violations: {[b.rule for b in broken]}")
"""


@contextmanager
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="quarter-bench-") as folder:
        Path(folder).chmod(0o755)
        made = Bench(Path(folder))
        try:
            yield made
        finally:
            made.server.stop()
            made.server.remove()


def main() -> None:
    began = time.monotonic()
    rates: dict[tuple[str, int], list[float]] = {}
    slowest: list[float] = []
    with bench() as made:
        made.prepare()
        say(f"prepared in {time.monotonic() - began:.0f} s; {ROUNDS} rounds of {SECONDS} s each")
        with Workers(made.environment, people=PEOPLE, consultants=CONSULTANTS) as workers:
            for number in range(1, ROUNDS + 1):
                for clients in CLIENTS:
                    found = one_turn(made, workers, clients, slowest, backwards=number % 2 == 0)
                    for variant, rate in found.items():
                        rates.setdefault((variant, clients), []).append(rate)
                    say(
                        f"round {number}, {clients:>2} clients: "
                        + ", ".join(f"{v} {r:.0f}" for v, r in found.items())
                    )
        say(made.check())
        say(f"deadlocks: {made.deadlocks()}")
        for line in made.costs.lines():
            say(line)
    say(f"{time.monotonic() - began:.0f} s in all")
    report({key: statistics.median(values) for key, values in rates.items()}, statistics.median(slowest))


def one_turn(
    made: Bench, workers: Workers, clients: int, slowest: list[float], *, backwards: bool
) -> dict[str, float]:
    """Every variant once, at this number of clients."""
    found = {}
    for variant in VARIANTS[::-1] if backwards else VARIANTS:
        if variant == "django":
            found[variant], p99 = workers.run(clients, SECONDS)
            if clients == 16:
                slowest.append(p99)
        else:
            found[variant] = made.measure(variant, clients)
    return found


def report(medians: dict[tuple[str, int], float], p99: float) -> None:
    def ratio(variant: str, other: str, clients: int) -> float:
        return round(medians[variant, clients] / medians[other, clients], 2)

    for (variant, clients), rate in sorted(medians.items()):
        say(f"median {variant:<14}{clients:>3} clients {rate:8.0f} operations/s")
    result = {
        "bench": "ledger",
        "function_vs_tpcb": {str(n): ratio("function", "tpcb-like", n) for n in CLIENTS},
        "function_vs_simple": {str(n): ratio("function", "simple-update", n) for n in CLIENTS},
        "django_vs_tpcb": {str(n): ratio("django", "tpcb-like", n) for n in CLIENTS},
        "hot_vs_uniform": ratio("function", "uniform", 16),
        "django_p99_ms_16": round(p99 * 1000, 1),
    }
    say(json.dumps(result))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
