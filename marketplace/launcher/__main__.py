"""`python -m marketplace.launcher run`: the first stage, on the system's Python, before any installation."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from marketplace.core.refusal import Refusal

from . import packages
from .checks import (
    Machine,
    check_data_folder,
    check_demo,
    check_machine,
    check_port,
    end_leftover_web,
    take_lock,
)
from .place import Place, Wishes
from .reset import reset
from .say import complain, remember_the_beginning, say

LOCK = "QUARTER_LOCK"
FILES = {
    "run": ("requirements.txt",),
    "dev": ("requirements.txt",),
    "packages": ("requirements.txt",),
    "packages-dev": ("requirements.txt", "requirements-dev.txt"),
}


def main(word: str) -> int:
    place = Place.read()
    wishes = Wishes.read(word)
    if word == "reset":
        reset(place, wishes)
    elif word in ("run", "dev"):
        begin(place, wishes)
    else:
        install(place, wishes)
    return 0


def install(place: Place, wishes: Wishes) -> None:
    """Install only the packages, for `make test` and similar targets."""
    packages.ensure(place, wishes.word, files=FILES[wishes.word], servers=not Machine.read().wrong())


def begin(place: Place, wishes: Wishes) -> None:
    """Refuse a start that cannot work, install the packages, and continue in `.venv` with the lock."""
    remember_the_beginning()
    machine = Machine.read()
    check_machine(machine, wishes)
    check_demo(wishes)
    check_data_folder(place, wishes.word)
    lock = take_lock(place, wishes.address)
    end_leftover_web(place)
    check_port(wishes)
    say(f"Starting Quarter in {place.checkout} (Ctrl-C stops everything it starts)")
    packages.ensure(place, wishes.word, files=FILES[wishes.word], servers=not machine.wrong())
    os.environ[LOCK] = str(lock)
    python = str(place.python)
    os.execv(python, [python, "-m", "marketplace.launcher.start", wishes.word])  # noqa: S606


def stop(number: int, frame: FrameType | None) -> NoReturn:
    """Act like Ctrl-C: an exception also ends pip, while the default would leave it running."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
    except Refusal as refusal:
        complain(str(refusal))
        sys.exit(1)
    except KeyboardInterrupt:
        complain("Stopped; nothing was left running.")
        sys.exit(130)
