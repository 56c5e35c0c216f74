"""Checks every rule of the books in one snapshot; prints the rows that break one and exits with 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from wallet.checks import RULES
from wallet.maintenance.reconcile import check_ledger


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        check = check_ledger()
        asked = ", ".join(rule.name for rule in RULES)
        self.stdout.write(f"{asked}: {check.postings} postings in {check.seconds} s")
        for broken in check.violations:
            self.stderr.write(f"{broken['rule']}: {broken['count']} broken")
            for row in broken["rows"]:
                self.stderr.write(f"    {row}")
        if not check.is_right:
            sys.exit(1)
        self.stdout.write("The books are correct.")
