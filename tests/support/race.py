"""Real threads that start together, each with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, connections

SECONDS = 120  # for what never comes; a busy machine takes its time for a dozen connections


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Run all at once; the outcome of each, in the order given: what it returned or the exception it raised.

    Needs `transactional_db`: what a thread shall see must be committed.
    """
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    assert len(runners) < pool, f"{len(runners)} threads need more connections than the pool's {pool}"
    barrier = threading.Barrier(len(runners))
    outcomes: list[Any] = [TimeoutError("the thread did not come back")] * len(runners)

    def run(place: int, runner: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()  # before the start, or the race is one for the pool
            barrier.wait(SECONDS)
            outcomes[place] = runner()
        except Exception as problem:
            outcomes[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return outcomes


def winners(outcomes: list[Any]) -> list[Any]:
    """What came back without an exception."""
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def losers(outcomes: list[Any]) -> list[str]:
    """The names of the refusals, sorted."""
    return sorted(type(outcome).__name__ for outcome in outcomes if isinstance(outcome, BaseException))
