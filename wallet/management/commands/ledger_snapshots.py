"""Sums up the accounts that keep no balance; --anew deletes the old sums first, after a restored dump."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from wallet.maintenance.snapshots import forget_snapshots, take_snapshots


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="delete all earlier sums first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["anew"]:
            forget_snapshots()
        self.stdout.write(f"{take_snapshots()} sums written.")
