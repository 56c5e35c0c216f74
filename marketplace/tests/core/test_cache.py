"""The cache while Valkey is away: nothing is remembered, nobody waits twice, nothing fails."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from marketplace.core import cache as our_cache
from marketplace.core.cache import ForgivingRedisCache

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _forget_the_quiet_second() -> Iterator[None]:
    ForgivingRedisCache._breaker.close()
    yield
    ForgivingRedisCache._breaker.close()


@pytest.fixture
def away() -> ForgivingRedisCache:
    return ForgivingRedisCache(NOWHERE, {"OPTIONS": {"socket_connect_timeout": 0.1}})


def test_a_cache_that_is_away_answers_like_an_empty_one(away: ForgivingRedisCache) -> None:
    away.set("k", 1)

    assert away.get("k", "nothing") == "nothing"
    assert away.incr("k") == 1
    assert away.get_or_set("k", 5) == 5


def test_after_a_failure_the_cache_is_left_alone_for_a_second(
    away: ForgivingRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        our_cache.RedisCache, "get", lambda *_: asked.append(1) or (_ for _ in ()).throw(OSError)
    )
    for _ in range(5):
        away.get("k")
    ForgivingRedisCache._breaker.close()
    away.get("k")

    assert len(asked) == 2


def test_a_key_forgotten_between_add_and_incr_counts_as_the_first_use() -> None:
    assert cache.incr("never-added") == 1
