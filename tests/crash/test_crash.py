"""The short run of `make crash`, with every kind of kill in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_when_everything_is_killed():
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash"],
        cwd=CHECKOUT, env={**os.environ, "DURATION": "22", "SEED": "7", "KILLS": "", "ACKNOWLEDGED": "101"},
        text=True, capture_output=True, timeout=590,
    )  # fmt: skip

    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["kills"] > 10, told
    assert result["acknowledged"] > 100, told
    assert (result["lost"], result["doubled"], result["unknown"], result["violations"]) == (0, 0, 0, 0), told
    assert result["deadlocks"] == 0, told
