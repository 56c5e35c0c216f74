"""A real TURN server on loopback, for the tests that need one."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from marketplace.embedded.processes import free_port, wait_until

MISSING = "no TURN server here: `apt-get install coturn` runs these tests"


def turnserver() -> str:
    """Its path; where there is none, tests are skipped with words, and fail in CI."""
    found = shutil.which("turnserver")
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    return str(found)


class Relay:
    """coturn with one secret; `allow-loopback-peers` is for tests alone."""

    def __init__(self, folder: Path, secret: str, *more: str) -> None:
        self.folder, self.secret, self.more = folder, secret, more
        self.port = free_port()
        self.log = folder / "turn.log"
        self.process: subprocess.Popen[bytes] | None = None

    def urls(self, *transports: str) -> str:
        return ",".join(f"turn:127.0.0.1:{self.port}?transport={each}" for each in transports)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = [
            *(turnserver(), "-n", "--no-cli", "--no-tls", "--no-dtls", "--fingerprint", "--use-auth-secret"),
            *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={self.port}"),
            *("--min-port=49200", "--max-port=49299", "--realm=test.local", "--allow-loopback-peers"),
            *(f"--static-auth-secret={self.secret}", "--log-file=stdout", "--simple-log", "--verbose"),
            *(f"--pidfile={self.folder}/turn.pid", f"--userdb={self.folder}/turn.db", *self.more),
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        assert wait_until(self._listens, 10), self.log.read_text()
        return self

    def _listens(self) -> bool:
        # Its listener is up before the threads that serve it.
        up = b"Total auth threads" in self.log.read_bytes() or b"listener opened on" in self.log.read_bytes()
        time.sleep(0.2 if up else 0)
        return up

    def heard_of(self, name: str) -> bool:
        """Whether a user whose name ends so was served."""
        return name in self.log.read_text(errors="replace")

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()
