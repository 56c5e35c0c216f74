"""The loop beside the deadlines."""

import asyncio

from sessions_app import chores


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

    monkeypatch.setattr(chores, "CHORES", (fails, works))
    await asyncio.wait_for(chores.run_chores(stop, every=0.01), 10)

    assert done == ["failed", "worked"] * 2


def test_the_books_are_checked_summed_up_and_matured():
    assert [chore.__name__ for chore in chores.CHORES] == [
        "check_ledger_if_due",
        "take_snapshots_if_due",
        "mature_due",
    ]
