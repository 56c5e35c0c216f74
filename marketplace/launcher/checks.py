"""Checks before anything is installed or started; each refusal is one sentence."""

import errno
import fcntl
import importlib.util
import os
import platform
import pwd
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.embedded.processes import free_port, is_alive, runs, stop_pid, wait_until
from marketplace.server.hosts import is_loopback

from .place import Place, Wishes
from .refusals import (
    AlreadyRunning,
    BadHost,
    DemoOnTheNetwork,
    NoServersHere,
    NotWritable,
    NotYourData,
    NoVenvModule,
    PortRefused,
    PortTaken,
)

OLDEST_GLIBC = (2, 28)
MACHINES = {"x86_64", "amd64", "aarch64", "arm64"}
LEFTOVER_SECONDS = 8.0


@dataclass(frozen=True)
class Machine:
    """The facts that decide whether the wheels of both servers work here."""

    system: str
    kind: str
    glibc: tuple[int, ...] | None

    @classmethod
    def read(cls) -> "Machine":
        return cls(platform.system(), platform.machine().lower(), glibc_version())

    def wrong(self) -> str:
        """Why the wheels do not work here, in a few words, or ''."""
        if self.system not in ("Linux", "Darwin"):
            return self.system or "an unknown system"
        if self.system == "Linux" and self.glibc is None:
            return "Linux without glibc (musl, such as Alpine)"
        if self.glibc is not None and self.glibc < OLDEST_GLIBC:
            return f"Linux with glibc {'.'.join(map(str, self.glibc))}"
        return "" if self.kind in MACHINES else f"a {self.kind} processor"


def glibc_version() -> tuple[int, ...] | None:
    """(2, 36) on a system with glibc, None elsewhere."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError, AttributeError):
        return None
    return tuple(map(int, version.split(".")[:2])) if name == "glibc" else None


def check_machine(machine: Machine, wishes: Wishes) -> None:
    wrong = machine.wrong()
    if wrong and not (wishes.own_database and wishes.own_redis):
        raise NoServersHere(what=wrong)


def check_venv_module(word: str, has: Mapping[str, bool] | None = None) -> None:
    """Debian ships Python without `ensurepip`, so `venv` seems to exist but fails half-way."""
    for module in ("venv", "ensurepip"):
        if not (has[module] if has else importlib.util.find_spec(module)):
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise NoVenvModule(python=sys.executable, module=module, version=version, word=word)


def check_demo(wishes: Wishes) -> None:
    """Check it before the long part of the start; the web process checks again (server/demo_guard.py)."""
    if not wishes.demo:
        return
    if not is_loopback(wishes.host):
        raise DemoOnTheNetwork(what=f"HOST={wishes.host}")
    for host in wishes.allowed_hosts:
        if not is_loopback(host):
            raise DemoOnTheNetwork(what=f'"{host}" in ALLOWED_HOSTS')


def check_data_folder(place: Place, word: str) -> None:
    """Check that it is ours and writable: a folder from `sudo make run` would cause odd failures later."""
    try:
        place.make()
    except OSError:
        raise NotWritable(folder=place.data.parent) from None
    owner = place.data.stat().st_uid
    if owner != os.geteuid():
        raise NotYourData(folder=place.data, owner=account_name(owner), word=word)


def account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def take_lock(place: Place, address: str) -> int:
    """Allow one start at a time per checkout; the system releases the lock whenever its holder ends."""
    path = place.run / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pid, _, where = path.read_text().strip().partition(" ")
        os.close(handle)
        raise AlreadyRunning(pid=pid, where=f", at {where}" if where else "") from None
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()} {address}".encode())
    os.set_inheritable(handle, True)
    return handle


def end_leftover_web(place: Place) -> None:
    """Wait for a web process whose launcher was killed: it stops on its own. If it does not, stop it."""
    note = place.run / "web.pid"
    text = note.read_text() if note.exists() else ""
    if not text.isdecimal() or not runs(int(text), str(place.manage), "serve"):
        return
    pid = int(text)
    if not wait_until(lambda: not is_alive(pid), LEFTOVER_SECONDS):
        stop_pid(pid, lambda: not is_alive(pid), ((signal.SIGTERM, 5.0), (signal.SIGKILL, 2.0)))
    note.unlink()


def check_port(wishes: Wishes) -> None:
    """Bind the address as the web server will, and release it again."""
    try:
        address = socket.getaddrinfo(wishes.host, wishes.port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise BadHost(host=wishes.host) from None
    problem = binding_problem(address[0], address[4])
    if problem == errno.EADDRINUSE or (problem is None and somebody_answers(address[4])):
        raise PortTaken(port=wishes.port, other=next_port(wishes.port), word=wishes.word)
    if problem == errno.EADDRNOTAVAIL:
        raise BadHost(host=wishes.host)
    if problem is not None:
        raise PortRefused(port=wishes.port, host=wishes.host, reason=os.strerror(problem), word=wishes.word)


def binding_problem(family: int, address: tuple[Any, ...]) -> int | None:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno
    return None


def somebody_answers(address: tuple[Any, ...]) -> bool:
    """Detect a second program on the port: macOS lets one bind all addresses and another this address."""
    try:
        socket.create_connection(address[:2], timeout=0.5).close()
    except OSError:
        return False
    return True


def next_port(port: int) -> int:
    """A free port nearby, to suggest in the refusal."""
    for other in range(port + 1, port + 50):
        if binding_problem(socket.AF_INET, ("127.0.0.1", other)) is None:
            return other
    return free_port()
