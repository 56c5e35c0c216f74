"""No site for the public is served while the ledger's guards are missing or switched off."""

from django.conf import settings
from django.core.management.base import CommandError

from wallet.checks import guards_missing


def refuse_unguarded_ledger() -> None:
    """Ask the database for every trigger and constraint by name; with DEBUG nobody asks."""
    if settings.DEBUG or not (missing := guards_missing()):
        return
    names = ", ".join(row[0] for row in missing[0].rows)
    raise CommandError(
        f"The ledger's guards are missing or switched off: {names}. Run migrate or restore them."
    )
