"""Plain lines for the person at the terminal: each step, and how long it took."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from .stopping import Stopped

BEGAN = "QUARTER_BEGAN"


def say(line: str = "") -> None:
    write(sys.stdout, line + "\n")


def complain(line: str) -> None:
    write(sys.stderr, f"\n{line}\n")


def write(out: TextIO, text: str) -> None:
    """Write, ignoring a closed terminal: it must not stop us from stopping our processes."""
    with suppress(OSError):
        out.write(text)
        out.flush()


@contextmanager
def step(what: str) -> Iterator[None]:
    """Name the step, and at the end of the same line say how long it took."""
    write(sys.stdout, f"  {what} ... ")
    began = time.monotonic()
    try:
        yield
    except Exception as error:
        say("stopped" if isinstance(error, Stopped) else "failed")
        raise
    say(f"{time.monotonic() - began:.1f} s")


def remember_the_beginning() -> None:
    """Keep the start time across the change of interpreter, so that the last line covers the whole start."""
    os.environ[BEGAN] = repr(time.time())


def seconds_since_the_beginning() -> float:
    return time.time() - float(os.environ.get(BEGAN, time.time()))
