"""I13 at the start of a site."""

import pytest
from django.core.management.base import CommandError

from marketplace.server.ledger_guard import refuse_unguarded_ledger
from wallet.tests.support import guard_off

pytestmark = pytest.mark.django_db


def test_guarded_ledger_is_served():
    refuse_unguarded_ledger()


def test_site_with_a_switched_off_guard_is_not_served():
    with (
        guard_off("wallet_account", "ledger_account_derived"),
        pytest.raises(CommandError, match="derived"),
    ):
        refuse_unguarded_ledger()


def test_developer_may_look_at_a_broken_one(settings):
    settings.DEBUG = True
    with guard_off("wallet_account", "ledger_account_derived"):
        refuse_unguarded_ledger()
