"""`make crash`: DURATION=60 seconds (or until KILLS=1000), SEED=1; the last line is JSON.

With ACKNOWLEDGED=100 a slow machine goes on beyond that time, until so many movements were acknowledged.
"""

import json
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from marketplace.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.crash.acks import Ack, Acks
from tests.crash.killer import Killer

WORKERS, CLIENTS, CONSULTANTS = 8, 50, 16
LONGEST_WAIT = 90.0
# Without threads here a fork is safe, and a worker is back in milliseconds instead of a second.
fork = multiprocessing.get_context("fork")


class Run:
    """One run: servers in a folder of their own, workers, and what came of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.server = EmbeddedPostgres(folder / "postgres")
        self.valkey = EmbeddedValkey(folder / "valkey")
        self.workers: dict[int, Any] = {}
        self.deadlocks = 0

    def prepare(self) -> None:
        self.server.start()
        self.valkey.start()
        os.environ.update(
            DATABASE_URL=self.server.url,
            REDIS_URL=self.valkey.url,
            SECRET_KEY="crash",
            DJANGO_SETTINGS_MODULE="marketplace.settings",
            LOG_LEVEL="CRITICAL",
            QUARTER_TOP_UPS_PER_HOUR="1000",
            DB_POOL="2",
        )
        import django

        django.setup()
        in_a_process(set_the_stage, self.folder)

    def start_worker(self, number: int) -> None:
        self.workers[number] = fork.Process(target=work, args=(number, self.seed, self.folder))
        self.workers[number].start()

    def kill_worker(self, chance: random.Random) -> None:
        number = chance.choice(sorted(self.workers))
        self.workers[number].kill()
        self.workers[number].join()
        self.start_worker(number)

    def kill_for(self, seconds: float, kills: int, acknowledged: int) -> Killer:
        for number in range(WORKERS):
            self.start_worker(number)
        killer = Killer(self.server, self.kill_worker, self.seed)
        until = time.monotonic() + seconds

        def is_enough() -> bool:
            if kills:
                return sum(killer.kills.values()) >= kills
            return time.monotonic() >= until and len(self.acknowledged()) >= acknowledged

        while not is_enough():
            killer.once()
            self.revive()
        return killer

    def acknowledged(self) -> list[Ack]:
        """What the workers were told so far, without what was refused."""
        acks = (ack for path in self.folder.glob("worker-*.jsonl") for ack in Acks(path).read())
        return [ack for ack in acks if not ack.refused]

    def revive(self) -> None:
        """A worker that ended by itself is a mistake of the test; its traceback was printed."""
        for number, worker in list(self.workers.items()):
            if not worker.is_alive():
                self.start_worker(number)

    def finish(self) -> None:
        """Every worker finishes the story at hand, retrying as long as it takes."""
        (self.folder / "stop").touch()
        until = time.monotonic() + LONGEST_WAIT
        for worker in self.workers.values():
            worker.join(max(0.1, until - time.monotonic()))
        stuck = [number for number, worker in self.workers.items() if worker.is_alive()]
        if stuck:
            sys.exit(f"workers {stuck} did not finish")

    def close(self) -> None:
        for worker in self.workers.values():
            worker.kill()
            worker.join()
        self.valkey.stop()
        self.server.stop()
        self.server.remove()


def in_a_process(task: Callable[..., None], *values: object) -> None:
    """With a connection of its own: what is open at a fork is shared and useless."""
    process = fork.Process(target=task, args=values)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def set_the_stage(folder: Path) -> None:
    from django.core.management import call_command

    from tests.support import cast
    from wallet.models import Journal

    call_command("migrate", verbosity=0)
    for number in range(CLIENTS):
        person = cast.person(f"client{number}", verified=False)
        cast.fund(person, random.Random(number).choice([1000, 6000, 30_000, 200_000]))
    for number in range(CONSULTANTS):
        cast.switch_on(cast.consultant(f"consultant{number}"))
    (folder / "before.json").write_text(json.dumps(list(Journal.objects.values_list("idem_key", flat=True))))


def work(number: int, seed: int, folder: Path) -> None:
    from tests.crash.worker import Worker

    logging.disable(logging.CRITICAL)  # a pool whose server was killed has much to say
    Worker(number, WORKERS, seed, folder).run()


def verdict(folder: Path) -> None:
    """Judged in a process of its own; the answer is a file."""
    from tests.crash.verdict import judge

    acks = [ack for path in sorted(folder.glob("worker-*.jsonl")) for ack in Acks(path).read()]
    troubles = [ack for path in sorted(folder.glob("troubles-*.jsonl")) for ack in Acks(path).read()]
    found = judge(acks, set(json.loads((folder / "before.json").read_text())))
    for name in ("lost", "doubled", "unknown", "violations"):
        for line in getattr(found, name)[:20]:
            say(f"{name}: {line}")
    counts = {name: len(getattr(found, name)) for name in ("lost", "doubled", "unknown", "violations")}
    told = {"acknowledged": found.acknowledged, "refused": found.refused, **counts}
    told["deadlocks"] = sum("deadlock" in trouble.answer for trouble in troubles)
    told["retries"] = len(troubles)
    (folder / "verdict.json").write_text(json.dumps(told))


def main() -> int:
    seed = int(os.environ.get("SEED") or "1")
    duration, kills = float(os.environ.get("DURATION") or "60"), int(os.environ.get("KILLS") or "0")
    least = int(os.environ.get("ACKNOWLEDGED") or "0")
    with tempfile.TemporaryDirectory(prefix="quarter-crash-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        run = Run(folder, seed)
        try:
            began = time.monotonic()
            run.prepare()
            say(f"seed {seed}: prepared in {time.monotonic() - began:.0f} s")
            killer = run.kill_for(duration, kills, least)
            run.finish()
            in_a_process(verdict, folder)
            told = json.loads((folder / "verdict.json").read_text())
        finally:
            run.close()
    say(f"killed: {dict(killer.kills)}, {time.monotonic() - began:.0f} s in all")
    result = {"bench": "crash", "seed": seed, "kills": sum(killer.kills.values()), **told}
    say(json.dumps(result))
    return 1 if result["lost"] or result["doubled"] or result["unknown"] or result["violations"] else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
