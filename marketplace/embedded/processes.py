"""Small facts about processes, ports and secret files, the same on Linux and macOS, without a dependency."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

POLL_SECONDS = 0.02


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def secret_file(path: Path) -> str:
    """The secret kept in `path`, made once, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(24))
    return path.read_text().strip()


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def command_of(pid: int) -> str:
    """The command line of a process, or nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        ask = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(ask, capture_output=True, text=True).stdout.strip()  # noqa: S603


def runs(pid: int, *words: str) -> bool:
    """Whether `pid` is alive and its command line contains all of `words`: the system reuses process ids."""
    if not is_alive(pid):
        return False
    command = command_of(pid)
    return all(word in command for word in words)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Poll until `done()`; returns whether it happened in time."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def stop_pid(pid: int, gone: Callable[[], bool], steps: Iterable[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn until `gone()`; returns whether the process ended."""
    for number, seconds in steps:
        if gone():
            return True
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        if wait_until(gone, seconds):
            return True
    return gone()
