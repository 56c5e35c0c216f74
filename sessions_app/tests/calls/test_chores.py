"""The loop beside the deadlines."""

import asyncio

from marketplace.core import chores
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


def test_books_are_looked_after_and_old_rows_of_every_kind_deleted():
    assert {f"{chore.__module__}.{chore.__name__}" for chore in chores.registered()} == {
        "accounts.people.old_rows.delete_expired_sessions",
        "accounts.people.old_rows.delete_old_codes",
        "accounts.people.way_back.delete_old",
        "marketplace.core.limits.delete_old",
        "sessions_app.requests.drafts.delete_old",
        "sessions_app.calls.web_processes.delete_ended",
        "wallet.maintenance.maturing.mature_due",
        "wallet.maintenance.reconcile.check_ledger_if_due",
        "wallet.maintenance.snapshots.take_snapshots_if_due",
    }
