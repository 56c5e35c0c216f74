"""Whether this process can do its work: each check says ok or not, and how long it took."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError

from marketplace.time import now
from sessions_app import relay
from sessions_app.models import ClockTick

CLOCK_LAG_SECONDS = 10
VALKEY_SECONDS = 1
TROUBLES = (DatabaseError, redis.RedisError, OSError)


def ready() -> tuple[bool, dict[str, dict[str, Any]]]:
    """Every check by name; the whole is well if each of them is."""
    checks = {"database": database, "valkey": valkey, "migrations": migrations, "clock": clock}
    results = {name: _timed(check) for name, check in checks.items()}
    return all(result["ok"] for result in results.values()), results


def database() -> str:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def valkey() -> str:
    """Valkey answers."""
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=VALKEY_SECONDS, socket_connect_timeout=VALKEY_SECONDS
    ) as server:
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
    """For staff: what the TURN servers said when they were asked last. Calls work without them."""
    return [asdict(state) for state in relay.watch.look()]


def _timed(check: Callable[[], str]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        problem = check()
    except TROUBLES as trouble:
        problem = type(trouble).__name__  # the name only: a message may tell an address
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"ok": not problem, "ms": took, **({"problem": problem} if problem else {})}
