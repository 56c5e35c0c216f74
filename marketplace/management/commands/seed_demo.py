"""`manage.py seed_demo`: creates demo data once; `--off` blocks its accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core.errors import DomainError
from marketplace.demo import seed
from marketplace.demo.books import books
from marketplace.demo.errors import DemoIsOff
from marketplace.server.demo_guard import refuse_demo_on_the_network


class Command(BaseCommand):
    help = (
        "Creates the demo people and four weeks of their consultations, once; --off blocks the demo accounts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--off", action="store_true", help="block the demo accounts instead")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._off() if options["off"] else self._on()
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _on(self) -> None:
        if not settings.DEMO:
            raise DemoIsOff
        refuse_demo_on_the_network(settings.HOST)
        done = seed.turn_on(books=books())
        if done.accounts or done.consultations:
            self.stdout.write(
                f"Demo data: {done.accounts} accounts and {done.consultations} past consultations created,"
                f" {done.free} consultants shown as free."
            )
        if done.unblocked:
            self.stdout.write(f"Demo data: {done.unblocked} accounts unblocked.")

    def _off(self) -> None:
        if blocked := seed.turn_off():
            self.stdout.write(f"Demo data is off: {blocked} demo accounts are blocked.")
