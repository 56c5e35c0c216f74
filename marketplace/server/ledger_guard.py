"""Refuses to serve a public site while the ledger's guards are missing or disabled."""

from django.conf import settings
from django.core.management.base import CommandError

from wallet.checks import guards_missing


def refuse_unguarded_ledger() -> None:
    """Check every trigger and constraint by name; with DEBUG there is no check."""
    if settings.DEBUG or not (missing := guards_missing()):
        return
    names = ", ".join(row[0] for row in missing[0].rows)
    raise CommandError(f"The ledger's guards are missing or disabled: {names}. Run migrate or restore them.")
