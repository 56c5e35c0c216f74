"""Every reason not to start: one sentence each, with the way out."""

from marketplace.refusal import Refusal


class NoServersHere(Refusal):
    """PostgreSQL and Valkey come with Quarter for Linux with glibc 2.28 or newer and for macOS, on x86-64 and
    ARM; this is {what}: set DATABASE_URL and REDIS_URL to servers of your own and try again."""


class NoVenvModule(Refusal):
    """This Python ({python}) cannot make a virtual environment, because its module "{module}" is missing: on
    Debian or Ubuntu run "apt install python{version}-venv" as root, then "make {word}" again."""


class VenvFailed(Refusal):
    """The virtual environment .venv could not be made (the reason is above): delete the folder .venv and run
    "make {word}" again."""


class InstallFailed(Refusal):
    """The packages could not be installed (the reason is above): check the network connection and run
    "make {word}" again; what was downloaded is kept."""


class BadPort(Refusal):
    """PORT={port} is not a port number from 1 to 65535: for example "PORT=8001 make {word}"."""


class PortTaken(Refusal):
    """Port {port} is taken by another program: choose another one, for example "PORT={other} make {word}"."""


class PortRefused(Refusal):
    """This system does not let you use port {port} on {host} ({reason}): choose another one, for example
    "PORT=8001 make {word}"."""


class BadHost(Refusal):
    """HOST={host} is no address of this machine: leave it out for 127.0.0.1, or name one that is."""


class AlreadyRunning(Refusal):
    """Quarter already runs from this folder{where}: use that one, or stop it first (Ctrl-C in its window, or
    "kill {pid}")."""


class Busy(Refusal):
    """Another "make" installs packages in this folder at the moment: wait until it is done and try again."""


class NotYourData(Refusal):
    """The folder {folder} belongs to another account ({owner}): run "make {word}" as {owner}, or use a
    checkout of your own."""


class NotWritable(Refusal):
    """Nothing can be written in {folder}: give your account the right to, or use a checkout of your own."""


class DemoOnTheNetwork(Refusal):
    """Demo data has a password that everybody knows, so it is for this machine alone, and {what} is open to
    others: turn it off with DEMO=0, or leave HOST and ALLOWED_HOSTS at this machine."""


class StepFailed(Refusal):
    """{what} did not work (the reason is above), so everything was stopped again{hint}."""


class WebEnded(Refusal):
    """The web server ended by itself with code {code} (the reason is above): the rest was stopped too."""

    def __init__(self, *, code: int) -> None:
        # A process ended by a signal has a negative code; a shell shows it as 128 + the signal.
        self.code = code if code > 0 else 128 - code if code < 0 else 1
        super().__init__(code=code)


class NotReady(Refusal):
    """The web server did not answer within {seconds:.0f} seconds: everything was stopped."""
