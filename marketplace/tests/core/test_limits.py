"""Limits are rows: exact under threads, the same without Valkey, gone when their window is over."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core import limits
from marketplace.core.time import travel
from marketplace.models import Limit
from tests.support.race import losers, race, winners

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def count(who: str = "clara", limit: int = 2) -> None:
    limits.count(what="test", who=who, limit=limit, seconds=3600)


@pytest.mark.django_db
def test_too_many_uses_in_a_window_are_refused_with_the_seconds_to_wait() -> None:
    with travel(NOON):
        count()
        count()
    with travel(NOON + timedelta(seconds=600)), pytest.raises(limits.TooMany) as refused:
        count()

    assert refused.value.fields["seconds"] == 3000


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "Try again in 1 second."),
        (59, "Try again in 59 seconds."),
        (119, "Try again in 119 seconds."),
        (120, "Try again in 2 minutes."),
        (121, "Try again in 3 minutes."),
        (3589, "Try again in 60 minutes."),
        (7200, "Try again in 120 minutes."),
        (86_000, "Try again in 24 hours."),
    ],
)
def test_the_wait_is_said_in_words_that_are_never_too_short(seconds: int, words: str) -> None:
    assert limits.TooMany(seconds=seconds).message == f"Too many attempts. {words}"


@pytest.mark.django_db
def test_a_refused_use_does_not_make_the_wait_longer() -> None:
    with travel(NOON):
        count()
        count()
    with travel(NOON + timedelta(seconds=3599)), pytest.raises(limits.TooMany):
        count()
    with travel(NOON + timedelta(seconds=3600)):
        count()

    assert Limit.objects.get().used == 1


@pytest.mark.django_db
def test_one_persons_uses_do_not_count_for_another() -> None:
    count(limit=1)
    count("stella", limit=1)


@pytest.mark.django_db
def test_a_use_that_was_given_back_can_be_had_again() -> None:
    count(limit=1)
    limits.give_back(what="test", who="clara")
    count(limit=1)


@pytest.mark.django_db(transaction=True)
def test_ten_uses_at_once_pass_no_more_than_the_limit() -> None:
    outcomes = race(*[lambda: count(limit=3)] * 10)

    assert len(winners(outcomes)) == 3
    assert losers(outcomes) == ["TooMany"] * 7


@pytest.mark.django_db
def test_windows_that_are_over_are_deleted_and_running_ones_stay() -> None:
    with travel(NOON):
        count("over")
    with travel(NOON + timedelta(seconds=1)):
        count("runs")
    with travel(NOON + timedelta(seconds=3600)):
        assert limits.delete_old() == 1

    assert Limit.objects.count() == 1


@pytest.mark.django_db
def test_what_somebody_typed_is_not_kept_and_breaks_nothing() -> None:
    count("clara@example.com\x00\ud800" + "x" * 500)

    assert "clara" not in Limit.objects.get().key
