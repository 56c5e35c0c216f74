"""The base of both embedded servers: one process in its own session, on a free port, with a log."""

from __future__ import annotations

import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from marketplace.embedded.processes import free_port, is_alive, runs, stop_pid, wait_until

from .errors import StartFailed, StillRunning

START_SECONDS = 60.0
LOG_LIMIT = 5_000_000
PORT_TRIES = 5


class EmbeddedServer(ABC):
    """A server that we start and stop. `start()` after `kill()` or `stop()` keeps the address."""

    name: ClassVar[str]
    stop_signals: ClassVar[Iterable[tuple[signal.Signals, float]]]

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).absolute()
        self.log = self.folder / "server.log"
        self.port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start it and wait until it answers; if another program took the port, choose another one."""
        if self.pid is not None:
            return self
        self.folder.mkdir(parents=True, exist_ok=True)
        self._prepare()
        self.end_leftover()
        wished = self.port
        for _ in range(PORT_TRIES):
            self.port = wished or free_port()
            self._process = self._launch(self.port)
            if wait_until(lambda: not self.running or self._answers(), START_SECONDS) and self.running:
                return self
            self.kill()
            if not self._port_was_taken():
                break
        raise StartFailed(name=self.name, log=self.log)

    def stop(self) -> None:
        """Stop it in its own orderly way; does nothing if it is not running."""
        process = self._process
        if process and not stop_pid(process.pid, lambda: process.poll() is not None, self.stop_signals):
            raise StillRunning(pid=process.pid, folder=self.folder)
        self._process = None

    def kill(self) -> None:
        """End it immediately, like a power cut."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def end_leftover(self) -> None:
        """Stop a server on our data that an earlier, killed launcher left running."""
        pid = self._leftover_pid()
        if pid is None or not runs(pid, *self._words()):
            return
        if not stop_pid(pid, lambda: not is_alive(pid), self.stop_signals):
            raise StillRunning(pid=pid, folder=self.folder)

    def _spawn(self, command: list[str], **wishes: Any) -> subprocess.Popen[bytes]:
        """Start a process in its own session, so that Ctrl-C on the terminal never reaches a server."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.unlink()
        options: Any = {"stdin": subprocess.DEVNULL} | wishes
        with self.log.open("ab") as log:
            return subprocess.Popen(  # type: ignore[no-any-return,unused-ignore] # noqa: S603
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **options,
            )

    def _port_was_taken(self) -> bool:
        return "in use" in StartFailed(name=self.name, log=self.log).tail

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _launch(self, port: int) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    @abstractmethod
    def _leftover_pid(self) -> int | None: ...

    @abstractmethod
    def _words(self) -> tuple[str, ...]: ...

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
