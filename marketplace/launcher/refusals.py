"""Every reason not to start, in one sentence each, with a solution."""

from marketplace.core.refusal import Refusal


class NoServersHere(Refusal):
    """PostgreSQL and Valkey come with Quarter for Linux with glibc 2.28 or newer and for macOS, on x86-64 and
    ARM, but this is {what}: set DATABASE_URL and REDIS_URL to servers of your own and try again."""


class NoVenvModule(Refusal):
    """This Python ({python}) cannot make a virtual environment, because its module "{module}" is missing: on
    Debian or Ubuntu run "apt install python{version}-venv" as root, then "make {word}" again."""


class VenvFailed(Refusal):
    """The virtual environment .venv could not be created (the reason is above): delete the folder .venv and
    run "make {word}" again."""


class InstallFailed(Refusal):
    """The packages could not be installed (the reason is above): check the network connection and run
    "make {word}" again; finished downloads are kept."""


class BadPort(Refusal):
    """PORT={port} is not a port number from 1 to 65535: for example "PORT=8001 make {word}"."""


class PortTaken(Refusal):
    """Port {port} is taken by another program: choose another one, for example "PORT={other} make {word}"."""


class PortRefused(Refusal):
    """This system does not let you use port {port} on {host} ({reason}): choose another one, for example
    "PORT=8001 make {word}"."""


class BadHost(Refusal):
    """HOST={host} is not an address of this machine: leave it out to use 127.0.0.1, or choose one that is."""


class AlreadyRunning(Refusal):
    """Quarter already runs from this folder{where}: use it, or stop it first (Ctrl-C in its window, or
    "kill {pid}")."""


class Busy(Refusal):
    """Another "make" is installing packages in this folder: wait until it has finished and try again."""


class NotYourData(Refusal):
    """The folder {folder} belongs to another account ({owner}): run "make {word}" as {owner}, or use a
    checkout of your own."""


class NotWritable(Refusal):
    """Your account cannot write to {folder}: change its permissions, or use a checkout of your own."""


class DemoOnTheNetwork(Refusal):
    """Everyone knows the password of the demo data, so it must stay on this machine, but {what} lets others
    in: turn it off with DEMO=0, or keep HOST and ALLOWED_HOSTS to this machine."""


class StepFailed(Refusal):
    """{what} failed (the reason is above), so everything was stopped{hint}."""


class WebEnded(Refusal):
    """The web server exited with code {code} (the reason is above), so everything else was stopped too."""

    def __init__(self, *, code: int) -> None:
        # A process ended by a signal has a negative code; a shell shows it as 128 + the signal.
        self.code = code if code > 0 else 128 - code if code < 0 else 1
        super().__init__(code=code)


class NotReady(Refusal):
    """The web server did not answer within {seconds:.0f} seconds, so everything was stopped."""
