"""A process that reads the pictures of a folder and says what each one cost.

`python -m sessions_app.tests.chat.picture_meter <folder> <rounds> <megabytes>` prints, for each name, the
median of its processor seconds and the most megabytes it took beside what the process had; a failure goes to
stderr.
Each reading has a process of its own, forked from one that has read nothing yet, and gets so many megabytes.
"""

import json
import os
import resource
import statistics
import sys
import traceback
from pathlib import Path

import django

django.setup()

from sessions_app.chat.files import check_file  # noqa: E402

UNIT = 1_000_000 if sys.platform == "darwin" else 1000  # of ru_maxrss, in a megabyte


def read(path: Path, megabytes: int) -> tuple[float, float]:
    """Seconds and megabytes of one reading."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writing, json.dumps(cost(path, megabytes)).encode())
        except Exception:
            traceback.print_exc()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    os.wait()
    seconds, most = json.loads(told or "[Infinity, Infinity]")
    return seconds, most


def cost(path: Path, megabytes: int) -> tuple[float, float]:
    content = path.read_bytes()
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    before = resource.getrusage(resource.RUSAGE_SELF)
    check_file(name=path.name, content=content)
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, (after.ru_maxrss - before.ru_maxrss) / UNIT


def main(folder: str, rounds: str, megabytes: str) -> None:
    costs: dict[str, list[tuple[float, float]]] = {}
    for _ in range(int(rounds)):  # in turns, so that a busy minute slows all of them
        for path in sorted(Path(folder).iterdir()):
            costs.setdefault(path.name, []).append(read(path, int(megabytes)))
    for name, measured in costs.items():
        seconds, most = zip(*measured, strict=True)
        print(json.dumps([name, statistics.median(seconds), max(most)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
