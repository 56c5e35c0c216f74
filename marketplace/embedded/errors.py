"""The reasons why an embedded server cannot run; every sentence names a solution."""

from pathlib import Path

from marketplace.core.refusal import Refusal


class EmbeddedError(Refusal):
    """The built-in server could not be used: set DATABASE_URL and REDIS_URL to use your own."""


class WheelMissing(EmbeddedError):
    """The package {package} is not installed here: set {variable} to the address of a server of your own,
    or run "make run" on Linux with glibc 2.28 or newer, or on macOS."""


class NoUnprivilegedAccount(EmbeddedError):
    """PostgreSQL refuses to run as root and this system has no account "nobody": run "make run" as an
    ordinary user, or set DATABASE_URL."""


class StateFolderRefused(EmbeddedError):
    """Started as root, PostgreSQL needs a folder of its own in {parent}, which cannot be written: run
    "make run" as an ordinary user, or set DATABASE_URL."""


class OtherMajor(EmbeddedError):
    """The data in {folder} was made by PostgreSQL {found}, and this version of Quarter brings PostgreSQL
    {wanted}: go back to the version of Quarter that made it and save what you need, or start over with
    "make reset" (it deletes the data)."""


class StillRunning(EmbeddedError):
    """Process {pid} still uses {folder} and does not stop: end it, then try again."""


class StartFailed(EmbeddedError):
    """{name} did not start. The end of {log}: {tail}"""

    def __init__(self, *, name: str, log: Path) -> None:
        self.tail = last_lines(log)
        super().__init__(name=name, log=log, tail=self.tail or "(nothing)")


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log file, on one line for a plain message."""
    if not log.exists():
        return ""
    return " | ".join(log.read_text(errors="replace").splitlines()[-count:])
