"""`make test`, `make check` and the benches of calls: servers of their own, then one step after the other.

Runs inside `.venv`, which `make packages-dev` has brought up to date. Every step says how long it took;
what a step printed is shown only when it failed. The exit code is 0 only if all went well.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from marketplace.embedded import EmbeddedPostgres, EmbeddedValkey
from tools import browser, javascript

CHECKOUT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
Environment = Mapping[str, str]
PRODUCTION_LIKE = {
    "ALLOWED_HOSTS": "quarter.example",
    "HOST": "0.0.0.0",  # noqa: S104 - nothing listens: it is what a check of the settings reads
    "DEMO": "0",
    "DEBUG": "0",
    "SSL_REDIRECT": "1",
}


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# --- steps --------------------------------------------------------------------------------------


def command(*words: str, **extra: str) -> Callable[[Environment], tuple[bool, str]]:
    """A step that runs a program and keeps what it prints."""

    def run(environment: Environment) -> tuple[bool, str]:
        done = subprocess.run(  # noqa: S603
            words,
            cwd=CHECKOUT,
            env={**environment, **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode == 0, done.stdout

    return run


def module(name: str, *words: str, **extra: str) -> Callable[[Environment], tuple[bool, str]]:
    return command(PYTHON, "-m", name, *words, **extra)


STATIC_STEPS = {
    "mypy": module("mypy", "."),
    "ruff": module("ruff", "check", "."),
    "ruff format": module("ruff", "format", "--check", "."),
    "template lint": module("djlint", "--lint", "--quiet", "templates"),
    "JavaScript syntax": lambda environment: javascript.syntax(CHECKOUT, environment),
    "JavaScript tests": lambda environment: javascript.tests(CHECKOUT, environment),
    "JavaScript types": lambda environment: javascript.types(CHECKOUT, environment),
    "migrations complete": command(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
    "settings for production": command(
        PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION_LIKE
    ),
}


def static_checks(environment: Environment) -> list[str]:
    """All of them, two at a time; the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as workers:
        results = {name: workers.submit(timed, step, environment) for name, step in STATIC_STEPS.items()}
        for name, result in results.items():
            fine, output, seconds = result.result()
            say(f"  {name:<28}{'ok' if fine else 'FAILED':<8}{seconds:5.1f} s")
            if not fine:
                failed.append(name)
            if not fine or output.startswith(javascript.NOT_CHECKED):
                say(output.rstrip())
    return failed


def timed(
    step: Callable[[Environment], tuple[bool, str]], environment: Environment
) -> tuple[bool, str, float]:
    began = time.monotonic()
    fine, output = step(environment)
    return fine, output, time.monotonic() - began


def pytest(environment: Environment, *words: str) -> bool:
    """Its own output goes straight to the terminal; its closing line is the last one of a good run."""
    asked = os.environ.get("PYTEST_ARGS", "").split()
    return watched([PYTHON, "-m", "pytest", *words, *asked], environment)


def watched(words: list[str], environment: Environment) -> bool:
    """Run a program that starts others; told to stop, it is given the time to stop them first."""
    process = subprocess.Popen(words, cwd=CHECKOUT, env=environment, start_new_session=True)  # noqa: S603
    try:
        return process.wait() == 0
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        raise


# --- servers ------------------------------------------------------------------------------------


def bring_up(stack: ExitStack) -> dict[str, str]:
    """PostgreSQL and Valkey in a temporary folder, or those that DATABASE_URL and REDIS_URL name."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quarter-test-")))
    folder.chmod(0o755)
    environment = dict(os.environ)
    for name in ("DEMO", "DEBUG", "HOST", "PORT", "ALLOWED_HOSTS", "EMAIL_URL"):
        environment.pop(name, None)
    environment |= {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "DATA_DIR": str(folder / "data"),
    }
    began = time.monotonic()
    if not environment.get("DATABASE_URL"):
        postgres = EmbeddedPostgres(folder / "postgres", fsync=False)
        environment["DATABASE_URL"] = stack.enter_context(postgres).url
    if not environment.get("REDIS_URL"):
        environment["REDIS_URL"] = stack.enter_context(EmbeddedValkey(folder / "valkey")).url
    say(f"  {'PostgreSQL and Valkey':<28}{'ok':<8}{time.monotonic() - began:5.1f} s")
    return environment


# --- the targets of the Makefile ------------------------------------------------------------------


def test(environment: Environment) -> list[str]:
    """Everything that continuous integration runs."""
    began = time.monotonic()
    found = browser.provide()
    say(f"  {'browser':<28}{'ok' if found else 'none':<8}{time.monotonic() - began:5.1f} s   {found or ''}")
    began = time.monotonic()
    missing = browser.provide_others()
    words = f"without {', '.join(missing)}" if missing else ""
    found_all = "some" if missing else "ok"
    say(f"  {'Firefox, relay, nft':<28}{found_all:<8}{time.monotonic() - began:5.1f} s   {words}")
    failed = static_checks(environment)
    fine = pytest({**environment, "E2E_CHROMIUM": found or ""}, "--durations=8", "--durations-min=5")
    return failed + ([] if fine else ["pytest"])


def check(environment: Environment) -> list[str]:
    """The fast part: no browser."""
    failed = static_checks(environment)
    return failed + ([] if pytest(environment, "-m", "not journey and not slow") else ["pytest"])


def bench_journey(environment: Environment) -> list[str]:
    """The waits that people notice, measured in two browsers; the last line is JSON."""
    found = browser.provide() or ""
    fine = watched([PYTHON, "-m", "tests.bench.journey"], {**environment, "E2E_CHROMIUM": found})
    return [] if fine else ["bench-journey"]


def bench_call(environment: Environment) -> list[str]:
    """How fast a call is there and comes back, in two browsers; the last line is JSON."""
    found = browser.provide() or ""
    fine = watched([PYTHON, "-m", "tests.bench.call"], {**environment, "E2E_CHROMIUM": found})
    return [] if fine else ["bench-call"]


def bench_live(environment: Environment) -> list[str]:
    """How fast news is, and what sockets cost; the last line is JSON."""
    return [] if watched([PYTHON, "-m", "tests.bench.live"], environment) else ["bench-live"]


TARGETS = {
    "bench-live": bench_live,
    "test": test,
    "check": check,
    "bench-journey": bench_journey,
    "bench-call": bench_call,
}


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM takes the same way out as Ctrl-C: the servers are stopped."""
    raise KeyboardInterrupt


def main(word: str) -> int:
    signal.signal(signal.SIGTERM, stop)
    try:
        with ExitStack() as stack:
            failed = TARGETS[word](bring_up(stack))
    except KeyboardInterrupt:
        say("\nStopped; nothing was left running.")
        return 130
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "test"))
