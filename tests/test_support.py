"""The tests' own tools do what their names say."""

from threading import Lock

import pytest
from django.db import connection

from accounts.models import User
from tests.support.cast import ledger_sum
from tests.support.flush_guard import truncate_guards
from tests.support.race import losers, race, winners
from wallet import queries


def test_funded_wallet_can_be_spent(clara, fund):
    fund(clara, 5000)
    assert queries.balance(clara.pk).available == 5000
    assert ledger_sum() == 0


def test_consultant_can_be_found(conrad):
    assert conrad.profile.handle == "conrad"
    assert conrad.email_verified


def test_race_keeps_the_order_of_outcomes():
    lock = Lock()

    def refuse() -> None:
        raise ValueError

    outcomes = race(lambda: lock.acquire(blocking=False), refuse, lambda: lock.acquire(blocking=False))
    assert losers(outcomes) == ["ValueError"]
    assert sorted(winners(outcomes)) == [False, True]
    assert isinstance(outcomes[1], ValueError)


@pytest.mark.django_db(transaction=True)
class TestEmptying:
    """Two tests in a row: the first leaves ledger rows, the second finds none and the guards in place."""

    def test_rows_of_the_ledger_are_committed(self, clara, fund):
        fund(clara, 700)

    def test_emptied_and_guarded_again(self):
        assert not User.objects.exists()
        assert ledger_sum() == 0
        assert len(truncate_guards()) >= 3
        assert truncate_guards(enabled=False) == []
        with connection.cursor() as cursor, pytest.raises(Exception, match="TRUNCATE"):
            cursor.execute("TRUNCATE wallet_posting")
