"""The loop beside the deadlines."""

import asyncio

from marketplace import chores
from sessions_app.chores import run_chores


async def test_chore_that_fails_keeps_no_other_from_its_turn(monkeypatch):
    stop, done = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def fails() -> None:
        done.append("failed")
        raise OSError

    def works() -> None:
        done.append("worked")
        if len(done) >= 4:
            loop.call_soon_threadsafe(stop.set)

    monkeypatch.setattr(chores, "_chores", [fails, works])
    await asyncio.wait_for(run_chores(stop, every=0.01), 10)

    assert done == ["failed", "worked"] * 2


def test_books_are_checked_summed_up_and_matured_and_old_rows_deleted():
    assert [chore.__name__ for chore in chores.registered()] == [
        "delete_expired_sessions",
        "delete_old_codes",
        "check_ledger_if_due",
        "take_snapshots_if_due",
        "mature_due",
        "delete_old",
        "delete_ended",
    ]
