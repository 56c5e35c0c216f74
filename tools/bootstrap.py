# ruff: noqa: UP006, UP035, UP045, PTH100, PTH120
# A Python that is too old (3.6 and up) must be able to read this one file, to say so in one sentence.
"""Find a Python that is new enough and hand over to `marketplace.launcher`."""

import os
import shutil
import subprocess
import sys
from typing import List, Optional, Tuple

OLDEST = (3, 11)
NEWEST_TRIED = (3, 14)
TOO_OLD = (
    "Quarter needs Python 3.11 or newer, and the one found is Python {found}: "
    "install a newer one, or name it: PYTHON=/path/to/python3.13 make {word}"
)
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def version_of(python: str) -> Optional[Tuple[int, ...]]:
    """The version that a command answers with, or None when it is no Python that works."""
    ask = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.check_output(ask, stderr=subprocess.DEVNULL)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in answer.decode().split("."))


def candidates() -> List[str]:
    names = ["python3." + str(minor) for minor in range(NEWEST_TRIED[1], OLDEST[1] - 1, -1)]
    return [path for path in map(shutil.which, names) if path]


def suitable(running: Tuple[int, ...], named: bool) -> Optional[str]:
    """The Python to go on with: the one that runs this, or the newest other one, unless one was named."""
    if running[:2] >= OLDEST:
        return sys.executable
    if named:
        return None
    for path in candidates():
        found = version_of(path)
        if found and found >= OLDEST:
            return path
    return None


def main(arguments: List[str]) -> int:
    word = arguments[0] if arguments else "run"
    python = suitable(sys.version_info[:2], named=bool(os.environ.get("PYTHON")))
    if python is None:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write(TOO_OLD.format(found=found, word=word) + "\n")
        return 1
    os.chdir(CHECKOUT)
    for name in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"):
        os.environ.pop(name, None)
    return os.execv(python, [python, "-m", "marketplace.launcher", *arguments])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
