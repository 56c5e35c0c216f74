"""The tests' own tools do what their names say."""

from threading import Event, Lock

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from marketplace.embedded.processes import wait_until
from tests.support import cast, source
from tests.support.cast import ledger_sum
from tests.support.flush_guard import KEPT, empty, truncate_guards
from tests.support.race import SECONDS, losers, race, winners
from wallet import queries


def test_funded_wallet_can_be_spent(clara, fund):
    fund(clara, 5000)
    assert queries.balance(clara.pk).available == 5000
    assert ledger_sum() == 0


def test_consultant_can_be_found(conrad):
    assert conrad.profile.handle == "conrad"
    assert conrad.email_verified


@pytest.mark.django_db(transaction=True)
def test_race_keeps_the_order_of_outcomes():
    lock = Lock()

    def refuse() -> None:
        raise ValueError

    outcomes = race(lambda: lock.acquire(blocking=False), refuse, lambda: lock.acquire(blocking=False))
    assert losers(outcomes) == ["ValueError"]
    assert sorted(winners(outcomes)) == [False, True]
    assert isinstance(outcomes[1], ValueError)


def test_architecture_tests_never_walk_the_folders_of_tools(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "CHECKOUT", tmp_path)
    for name in (".venv/lib/theirs.py", ".data/kept.py", "node_modules/theirs.js", "wallet/ours.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()

    found = source.checkout_files.__wrapped__()

    assert [path.as_posix() for path in found] == ["wallet/ours.py"]


def test_a_source_is_parsed_once_however_many_rules_read_it():
    once, again = (next(iter(source.python_files())) for _ in range(2))

    assert once.tree is again.tree


@pytest.mark.django_db(transaction=True)
class TestEmptying:
    def test_rows_of_the_ledger_go_and_what_the_migrations_wrote_stays(self, clara, fund):
        fund(clara, 700)
        permissions = Permission.objects.count()

        empty()

        assert not [
            model
            for model in apps.get_models()
            if model._meta.db_table not in KEPT and model.objects.exists()
        ]
        assert Permission.objects.count() == permissions > 0

    def test_the_ledger_is_guarded_again_afterwards(self, clara, fund):
        fund(clara, 700)
        empty()
        fund(cast.person("clara"), 700)

        assert len(truncate_guards()) >= 3
        for attempt in ("TRUNCATE wallet_posting", "DELETE FROM wallet_posting"):
            with connection.cursor() as cursor, pytest.raises(DatabaseError, match="wallet_posting"):
                cursor.execute(attempt)
        assert queries.balance(User.objects.get().pk).available == 700

    def test_what_a_thread_still_writes_is_waited_for_and_goes_too(self, clara):
        wrote, may_commit = Event(), Event()

        def write() -> None:
            with transaction.atomic(durable=True):
                cast.person("stella")
                wrote.set()
                assert may_commit.wait(SECONDS)

        def clean() -> None:
            assert wrote.wait(SECONDS)
            empty()

        def let_go() -> None:
            assert wrote.wait(SECONDS)
            assert wait_until(_somebody_waits_for_a_lock, SECONDS)
            may_commit.set()

        assert losers(race(write, clean, let_go)) == []
        assert not User.objects.exists()


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None
