"""Prepares everything that the web process needs, in one process: tables, static files, demo data."""

import argparse
import io
import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from marketplace.core import rules
from marketplace.launcher.say import complain, say, step
from marketplace.server.demo_guard import refuse_demo_on_the_network
from wallet.ledger.four_eyes import write_adjust_limit


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--static", action="store_true", help="collect the static files too")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_demo_on_the_network(settings.HOST)
        try:
            with step("Preparing the database"):
                call_command("migrate", interactive=False, verbosity=0)
                write_adjust_limit(amount=rules.ADJUST_ALONE_MAX)
                if "APP_ROLE_PASSWORD" in os.environ:
                    call_command("create_app_role", stdout=io.StringIO())
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        if options["static"]:
            with step("Collecting static files"):
                collect_static()
        self._demo()

    def _demo(self) -> None:
        said = io.StringIO()
        what = "Creating demo data (once)" if settings.DEMO else "Blocking demo accounts, if any"
        try:
            with step(what):
                call_command("seed_demo", off=not settings.DEMO, stdout=said)
        except CommandError as refusal:
            if not settings.DEMO:
                raise
            # A newer version may have another story than the one in the data; the site works without it.
            complain(f'Demo data could not be completed ({refusal}) Start over with "make reset".')
        for line in said.getvalue().splitlines():
            say(f"    {line}")


def collect_static() -> None:
    """Skip htmx's extensions: they are not used, and one of them imports a missing module."""
    ignored = ["django_htmx/ext/*"]
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=ignored)
