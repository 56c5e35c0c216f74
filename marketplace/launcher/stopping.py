"""Turns Ctrl-C, SIGTERM and a closed terminal into a flag that the start checks between its steps.

A flag and not an exception: an exception could come between starting a process and recording its id, and
leave an orphan. A second Ctrl-C changes nothing, because stopping has already begun.
"""

import signal
import subprocess
import time
from types import FrameType, TracebackType
from typing import Any

from marketplace.embedded.processes import stop_pid

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 0.05
STOP_SIGNALS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


class Stopped(Exception):
    """The person or the system asked to stop."""


class Stopping:
    def __init__(self) -> None:
        self.asked = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Stopping":
        self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

    def check(self) -> None:
        if self.asked:
            raise Stopped

    def wait_for(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a step and return its exit code; when asked to stop, end the step first."""
        while process.poll() is None:
            if self.asked:
                stop_pid(process.pid, lambda: process.poll() is not None, STOP_SIGNALS)
                raise Stopped
            time.sleep(LOOK_SECONDS)
        return process.returncode
