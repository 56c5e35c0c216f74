"""Processes that do what the services do: one transaction with the row of a consultation and a ledger call."""

# ruff: noqa: E501

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PER_CORE = 2


class Workers:
    """`with Workers(...) as w: w.run(clients, seconds)`; the processes stay, only the number at work changes."""

    def __init__(self, environment: dict[str, str], *, people: int, consultants: int) -> None:
        count = PER_CORE * (os.cpu_count() or 1)
        command = [sys.executable, "-m", "tests.bench.ledger_workers", str(people), str(consultants)]
        self.processes = [
            subprocess.Popen(
                [*command, str(number)], cwd=CHECKOUT, env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
            for number in range(count)
        ]  # fmt: skip

    def run(self, clients: int, seconds: float) -> tuple[float, float]:
        """Operations a second, and the slowest of a hundred in seconds."""
        at_work = self.processes[:clients]
        threads = [clients // len(at_work) + (n < clients % len(at_work)) for n in range(len(at_work))]
        for process, count in zip(at_work, threads, strict=True):
            process.stdin.write(f"{count} {seconds}\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        told = [json.loads(process.stdout.readline()) for process in at_work]  # type: ignore[union-attr]
        latencies = sorted(latency for one in told for latency in one["latencies"])
        return sum(one["rate"] for one in told), latencies[int(len(latencies) * 0.99)]

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(20)


def main(people: int, consultants: int, number: int) -> None:
    import django

    django.setup()
    from tests.bench.ledger_turns import Turns

    turns = Turns(people, consultants, number)
    for line in sys.stdin:
        threads, seconds = line.split()
        sys.stdout.write(json.dumps(at_once(turns, int(threads), float(seconds))) + "\n")
        sys.stdout.flush()


def at_once(turns: Any, threads: int, seconds: float) -> dict[str, Any]:
    latencies: list[list[float]] = [[] for _ in range(threads)]
    began = time.monotonic()

    def work(mine: list[float], seed: int) -> None:
        chance = random.Random(seed)
        try:
            while time.monotonic() - began < seconds:
                turns.lifecycle(chance, mine)
        finally:
            turns.rest()

    at_work = [threading.Thread(target=work, args=(mine, uuid.uuid4().int)) for mine in latencies]
    for thread in at_work:
        thread.start()
    for thread in at_work:
        thread.join()
    took = time.monotonic() - began
    flat = [round(latency, 6) for mine in latencies for latency in mine]
    return {"rate": len(flat) / took, "latencies": flat}


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
