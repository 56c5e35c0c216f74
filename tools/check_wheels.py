"""Ask the package index whether every pin has a wheel for each Python and platform that the README promises.

`make check-wheels`. Nothing is installed: pip only resolves, as if it were on the other machine.
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
GLIBC = [f"2_{minor}" for minor in range(28, 4, -1)]


def linux(machine: str) -> tuple[str, ...]:
    """glibc 2.28 takes the wheels of every older glibc too."""
    new = [f"manylinux_{version}_{machine}" for version in GLIBC]
    return (*new, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"linux_{machine}")


def macos(machine: str, newest: int = 15) -> tuple[str, ...]:
    kinds = (machine, "universal2")
    versions = [f"{major}_0" for major in range(newest, 10, -1)] + [
        f"10_{minor}" for minor in range(16, 8, -1)
    ]
    return tuple(f"macosx_{version}_{kind}" for version in versions for kind in kinds)


PLATFORMS = {
    "Linux x86-64": linux("x86_64"),
    "Linux ARM": linux("aarch64"),
    "macOS ARM": macos("arm64"),
    "macOS x86-64": macos("x86_64"),
}


@dataclass(frozen=True)
class Answer:
    python: str
    platform: str
    missing: str


def ask(python: str, platform: str) -> Answer:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", f"--python-version={python}"]
    command += ["--implementation=cp", *(f"--platform={tag}" for tag in PLATFORMS[platform])]
    with tempfile.TemporaryDirectory() as target:
        command += ["--target", target, "-r", str(ROOT / "requirements.txt")]
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return Answer(python, platform, "" if done.returncode == 0 else " ".join(errors) or done.stderr[-400:])


def main() -> int:
    cases = [(python, platform) for python in PYTHONS for platform in PLATFORMS]
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(pool.map(lambda case: ask(*case), cases))
    for answer in answers:
        sys.stdout.write(f"Python {answer.python:5} {answer.platform:13} {answer.missing or 'all wheels'}\n")
    return 1 if any(answer.missing for answer in answers) else 0


if __name__ == "__main__":
    sys.exit(main())
