"""The first rung of `make run`: any Python 3 at all, and a plain word when it is too old."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
BOOTSTRAP = ROOT / "tools" / "bootstrap.py"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", BOOTSTRAP)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_python_3_6_can_read_the_file_that_says_it_is_too_old():
    ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 14)])
def test_a_new_enough_python_goes_on_itself(bootstrap, version):
    assert bootstrap.suitable(version, named=False) == sys.executable


def test_an_old_python_hands_over_to_a_newer_one(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "candidates", lambda: ["/opt/python3.14"])
    monkeypatch.setattr(bootstrap, "version_of", lambda path: (3, 14))

    assert bootstrap.suitable((3, 8), named=False) == "/opt/python3.14"


def test_a_newer_one_that_does_not_work_is_passed_over(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "candidates", lambda: ["/opt/broken", sys.executable])

    assert bootstrap.suitable((3, 8), named=False) == sys.executable


def test_a_python_named_by_the_person_is_never_exchanged_silently(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "candidates", lambda: [sys.executable])

    assert bootstrap.suitable((3, 8), named=True) is None


def test_too_old_is_one_sentence_with_the_way_out(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "suitable", lambda version, named: None)

    assert bootstrap.main(["run"]) == 1

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "needs Python 3.11 or newer" in said
    assert "PYTHON=/path/to/python3.13 make run" in said


def test_no_python_at_all_is_one_sentence_too(tmp_path):
    shell = shutil.which("sh")

    done = subprocess.run(
        [shell, "tools/start.sh", "run"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Quarter needs Python 3.11 or newer and found none")


def test_a_python_home_of_somebody_elses_does_not_come_along(bootstrap, monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/somewhere")
    monkeypatch.setattr(bootstrap.os, "execv", lambda *command: None)
    monkeypatch.chdir(ROOT)

    bootstrap.main(["run"])

    assert "PYTHONHOME" not in os.environ
