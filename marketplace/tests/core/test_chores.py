"""Old rows are deleted a batch at a time, and two processes that do it at once do not wait for each other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from marketplace.core import chores

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(chores, "BATCH", 2)
    moments = [LONG_AGO + timedelta(days=day) for day in range(7)]
    Session.objects.bulk_create(Session(session_key=f"k{at.day}", expire_date=at) for at in moments)
    return Session.objects.filter(expire_date__lt=LONG_AGO + timedelta(days=5))


@pytest.mark.django_db
def test_each_batch_has_a_short_transaction_and_others_stay(old: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert chores.delete_in_batches(old) == 5
    assert sorted(Session.objects.values_list("session_key", flat=True)) == ["k6", "k7"]
    assert len([one for one in asked if one["sql"].startswith("DELETE")]) == 3


@pytest.mark.django_db
def test_chore_leaves_the_rest_for_the_next_minute(old: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "BATCHES", 1)
    assert [chores.delete_in_batches(old) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_row_that_somebody_holds_is_passed_over_and_not_waited_for(old: Any) -> None:
    def beside() -> int:
        try:
            return chores.delete_in_batches(old)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic(durable=True):
        assert Session.objects.select_for_update().get(session_key="k1")
        assert pool.submit(beside).result(timeout=10) == 4
    assert chores.delete_in_batches(old) == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_delete_each_row_once(old: Any) -> None:
    def beside(_: int) -> int:
        try:
            return chores.delete_in_batches(old)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(beside, range(2))) == 5
    assert Session.objects.count() == 2
