"""The second stage, in `.venv`: servers, data, web process; at the end everything stops, the servers last."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from marketplace.core.refusal import Refusal
from marketplace.embedded import EmbeddedPostgres, EmbeddedValkey
from marketplace.embedded.processes import secret_file
from marketplace.embedded.server import EmbeddedServer

from . import data
from .place import Place, Wishes
from .say import complain, say, seconds_since_the_beginning, step
from .stopping import Stopped, Stopping
from .web import Web, watch

APP_ROLE = "quarter_app"
DEMO_SIGN_INS = """
  Sign in with the password "quarter-demo":
    client@example.com       needs help
    consultant@example.com   gives help
    staff@example.com        approves consultants, {address}admin/
  Open the second account in a private window: a browser window has one sign-in."""


def start(place: Place, wishes: Wishes, stopping: Stopping) -> int:
    """Run until asked to stop; returns the exit code."""
    with ExitStack() as stack:
        servers, environment = bring_up(place, wishes, stack, stopping)
        data.prepare(place, wishes, environment, stopping)
        stopping.check()
        serving = as_restricted_role(environment)
        note = write_environment(place, serving | {"OWNER_DATABASE_URL": environment["DATABASE_URL"]})
        stack.callback(note.unlink, missing_ok=True)
        web = Web(place, serving)
        stack.callback(web.stop)
        with step("Starting the web server"):
            web.start()
            web.wait_until_it_answers(wishes, stopping)
        welcome(place, wishes)
        code = watch(web, servers, stopping, reload=wishes.word == "dev")
        say("\nStopping ...")
    say("Stopped; the data is kept.")
    return code


def bring_up(
    place: Place, wishes: Wishes, stack: ExitStack, stopping: Stopping
) -> tuple[list[EmbeddedServer], dict[str, str]]:
    """Start both servers unless the person has their own, and return the environment that names them."""
    environment = base_environment(place, wishes)
    servers: list[EmbeddedServer] = []
    if not wishes.own_database:
        postgres = EmbeddedPostgres(place.data / "postgres")
        run_server(postgres, stack, stopping)
        if postgres.home.outside:
            say(f'  PostgreSQL runs as "nobody" and keeps its data in {postgres.home.outside}')
            say('    ("make reset" removes that folder)')
        servers.append(postgres)
        environment["DATABASE_URL"] = postgres.url
        environment["APP_ROLE_PASSWORD"] = secret_file(place.data / "app-role-password")
    if not wishes.own_redis:
        valkey = EmbeddedValkey(place.data / "valkey")
        run_server(valkey, stack, stopping)
        servers.append(valkey)
        environment["REDIS_URL"] = valkey.url
    return servers, environment


def run_server(server: EmbeddedServer, stack: ExitStack, stopping: Stopping) -> None:
    with step(f"Starting {server.name}"):
        stack.callback(server.stop)
        server.start()
    stopping.check()


def base_environment(place: Place, wishes: Wishes) -> dict[str, str]:
    environment = dict(os.environ)
    for name in ("QUARTER_LOCK", "APP_ROLE_PASSWORD"):
        environment.pop(name, None)
    environment.setdefault("SECRET_KEY", secret_file(place.data / "secret-key"))
    return environment | {
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "DATA_DIR": str(place.data),
        "HOST": wishes.host,
        "PORT": str(wishes.port),
        "DEMO": "1" if wishes.demo else "0",
        "DEBUG": "1" if wishes.word == "dev" else environment.get("DEBUG", "0"),
        "PYTHONUNBUFFERED": "1",
    }


def as_restricted_role(environment: dict[str, str]) -> dict[str, str]:
    """The environment for the role that cannot change the books by hand (wallet/roles.py).

    The owner migrates. With a database of the person's own, the site uses the role in its DATABASE_URL.
    """
    serving = dict(environment)
    password = serving.pop("APP_ROLE_PASSWORD", "")
    if password:
        url = urlsplit(serving["DATABASE_URL"])
        place = url.netloc.rpartition("@")[2]
        serving["DATABASE_URL"] = url._replace(netloc=f"{APP_ROLE}:{password}@{place}").geturl()
    return serving


def write_environment(place: Place, environment: dict[str, str]) -> Path:
    """Write it for `manage.py shell` and the like while the site runs: `. .data/run/environment`."""
    names = (
        "DATABASE_URL",
        "OWNER_DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "DATA_DIR",
        "HOST",
        "PORT",
        "DEMO",
        "DEBUG",
    )
    note = place.run / "environment"
    note.unlink(missing_ok=True)
    note.touch(mode=0o600)
    quoted = {name: environment[name].replace("'", "'\\''") for name in names}
    note.write_text("".join(f"export {name}='{value}'\n" for name, value in quoted.items()))
    return note


def welcome(place: Place, wishes: Wishes) -> None:
    say(f"\nQuarter is ready after {seconds_since_the_beginning():.1f} s: {wishes.address}")
    if wishes.demo:
        say(DEMO_SIGN_INS.format(address=wishes.address))
    say(f"\n  Mails are written to {place.data / 'mail'} unless EMAIL_URL names a mail server.")
    say('  Ctrl-C stops everything and keeps the data; "make reset" deletes it.\n')


def main(word: str) -> int:
    hold_the_lock()
    with Stopping() as stopping:
        try:
            return start(Place.read(), Wishes.read(word), stopping)
        except Stopped:
            say("\nStopped before the site was ready; nothing is left running.")
            return 130
        except Refusal as refusal:
            complain(str(refusal))
            return getattr(refusal, "code", 1)


def hold_the_lock() -> None:
    """Keep the lock from the first stage to this process: the processes it starts must not hold it too."""
    handle = os.environ.get("QUARTER_LOCK")
    if handle:
        os.set_inheritable(int(handle), False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
