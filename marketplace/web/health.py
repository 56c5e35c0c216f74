"""Health checks of this process: each check says whether it passed and how long it took."""

import time
from collections.abc import Callable
from dataclasses import asdict
from threading import Event, Lock, Thread
from typing import Any, ClassVar

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from marketplace.core.time import now
from marketplace.core.valkey import probe
from sessions_app.models import ClockTick
from sessions_app.room import turn_check

CLOCK_LAG_SECONDS = 10
VALKEY_SECONDS = 5.0  # then its check ends
ANSWER_SECONDS = 1.5  # a server that has not answered by then fails: the caller gets its response within 3 s
Check = Callable[[], str]
Results = dict[str, dict[str, Any]]


def ready() -> tuple[bool, Results]:
    """Every check by name, and whether all passed. A frozen server does not delay the response."""
    looks = [
        Look.at({"database": database, "migrations": migrations, "clock": clock}),
        Look.at({"valkey": valkey}),
    ]
    ends = time.monotonic() + ANSWER_SECONDS
    results = {name: result for look in looks for name, result in look.until(ends).items()}
    return all(result["ok"] for result in results.values()), results


class Look:
    """Checks of one server, run one after the other in a thread of their own.

    A frozen server blocks only this thread. Later callers wait for the same look, so there is never a second
    thread or a second connection, however often it is asked.
    """

    _running: ClassVar[dict[tuple[str, ...], "Look"]] = {}
    _lock = Lock()

    def __init__(self, checks: dict[str, Check]) -> None:
        self._checks = checks
        self._results: Results = {}
        self._over = Event()

    @classmethod
    def at(cls, checks: dict[str, Check]) -> "Look":
        """The running look at these checks, or a new one."""
        with cls._lock:
            look = cls._running.get(tuple(checks))
            if look is None:
                look = cls._running[tuple(checks)] = cls(checks)
                Thread(target=look._run, name=f"health-{'-'.join(checks)}", daemon=True).start()
            return look

    def until(self, ends: float) -> Results:
        """The results known at that moment of the monotonic clock, or earlier once all are known."""
        self._over.wait(max(0, ends - time.monotonic()))
        silent = {
            "ok": False,
            "ms": ANSWER_SECONDS * 1000,
            "problem": f"no answer within {ANSWER_SECONDS:g} s",
        }
        return {name: self._results.get(name, silent) for name in self._checks}

    def _run(self) -> None:
        for name, check in self._checks.items():
            self._results[name] = _timed(check)
        connection.close()  # this thread's own; it goes back to the pool
        with self._lock:
            del self._running[tuple(self._checks)]
        self._over.set()


def _timed(check: Check) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        problem = check()
    except Exception as trouble:
        problem = type(trouble).__name__  # only the name: a message may contain an address
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"ok": not problem, "ms": took, **({"problem": problem} if problem else {})}


def database() -> str:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def valkey() -> str:
    """Valkey answers."""
    with probe(VALKEY_SECONDS) as server:
        server.ping()
    return ""


def migrations() -> str:
    """The schema is the one this code was written for."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(plan)} not applied" if plan else ""


def clock() -> str:
    """The deadline loop ran a moment ago."""
    tick = ClockTick.objects.first()
    if tick is None:
        return "the deadline loop has not run yet"
    lag = (now() - tick.ticked_at).total_seconds()
    return f"the deadline loop is {lag:.0f} s late" if lag > CLOCK_LAG_SECONDS else ""


def relays() -> list[dict[str, Any]]:
    """For staff: the TURN servers' last answers. Calls work without them."""
    return [asdict(state) for state in turn_check.watch.look()]
