"""The three scripts, against the real Valkey; and what pages read while it cannot be trusted."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis
from django.conf import settings
from redis import asyncio as aioredis

from accounts.availability import leases as presence
from accounts.availability.leases import EPOCH, LIVE, Leases
from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import hold, trusted
from marketplace.core import rules
from marketplace.core.valkey import quick


@pytest.fixture
async def client() -> AsyncIterator["aioredis.Redis"]:
    made = aioredis.Redis.from_url(settings.REDIS_URL)
    yield made
    await made.aclose()


async def test_first_beat_tells_who_came_second_does_not(client: "aioredis.Redis") -> None:
    leases = Leases(client, "node-a")
    assert await leases.beat([7, 8]) == [7, 8]
    assert await leases.beat([7, 8]) == []


async def test_beat_of_a_second_process_is_no_arrival(client: "aioredis.Redis") -> None:
    await Leases(client, "node-a").beat([7])
    assert await Leases(client, "node-b").beat([7]) == []


async def test_lease_lasts_as_long_as_the_rules_say(client: "aioredis.Redis", valkey: redis.Redis) -> None:
    await Leases(client, "node-a").beat([7])
    seconds, micros = valkey.time()
    left = valkey.zscore(LIVE, "7") / 1000 - (seconds + micros / 1e6)
    assert rules.LEASE_SECONDS - 1 < left <= rules.LEASE_SECONDS


@pytest.mark.parametrize(("left", "after"), [(1.0, rules.LEASE_SECONDS), (60.0, 60.0)])
async def test_a_beat_prolongs_a_lease_and_never_shortens_one(
    client: "aioredis.Redis", valkey: redis.Redis, left: float, after: float
) -> None:
    leases = Leases(client, "node-a")
    await leases.beat([7])
    seconds, micros = valkey.time()
    at = seconds + micros // 1000 / 1000  # a lease ends at a whole millisecond
    valkey.zadd(LIVE, {"7": (at + left) * 1000})
    await leases.beat([7])
    assert valkey.zscore(LIVE, "7") / 1000 >= at + after


async def test_a_reload_within_the_grace_is_not_seen(client: "aioredis.Redis", valkey: redis.Redis) -> None:
    leases = Leases(client, "node-a")
    await leases.beat([7])
    trusted(valkey)
    await leases.leave([7])
    assert await leases.sweep() == []
    assert await leases.beat([7]) == []


async def test_after_the_grace_one_sweep_of_all_processes_tells_it(
    client: "aioredis.Redis", valkey: redis.Redis
) -> None:
    first, second = Leases(client, "node-a"), Leases(client, "node-b")
    await first.beat([7])
    trusted(valkey)
    await first.leave([7], grace_ms=0)
    await asyncio.sleep(0.01)
    assert sorted([*await first.sweep(), *await second.sweep()]) == [7]


async def test_second_device_elsewhere_keeps_the_person_live(
    client: "aioredis.Redis", valkey: redis.Redis
) -> None:
    first, second = Leases(client, "node-a"), Leases(client, "node-b")
    await first.beat([7])
    await second.beat([7])
    trusted(valkey)
    await first.leave([7], grace_ms=0)
    await asyncio.sleep(0.01)
    assert await first.sweep() == []


async def test_more_people_than_one_call_takes(client: "aioredis.Redis", valkey: redis.Redis) -> None:
    leases = Leases(client, "node-a")
    assert len(await leases.beat(list(range(1, 1202)))) == 1201
    assert valkey.zcard(LIVE) == 1201


async def test_after_a_restart_of_valkey_nobody_is_called_gone_too_early(
    client: "aioredis.Redis", valkey: redis.Redis
) -> None:
    leases = Leases(client, "node-a")
    await leases.beat([])
    valkey.zadd(LIVE, {"7": 1})
    assert await leases.sweep() == []


# --- reading ------------------------------------------------------------------------------------------


@pytest.fixture
def shown_free(conrad: User) -> User:
    ConsultantProfile.objects.filter(user=conrad).update(shown_state=Shown.AVAILABLE)
    return conrad


def test_only_holders_of_a_lease_are_live(valkey: redis.Redis, conrad: User, stella: User) -> None:
    hold(valkey, conrad.pk)
    assert presence.is_live([conrad.pk, stella.pk]) == {conrad.pk}


def test_an_ended_lease_counts_no_more_although_nobody_swept(valkey: redis.Redis, conrad: User) -> None:
    hold(valkey, conrad.pk, seconds=-1)
    assert presence.is_live([conrad.pk]) == set()


def test_nobody_asked_for_is_nobody(db: None) -> None:
    assert presence.is_live([]) == set()


def test_an_empty_valkey_means_as_last_shown(shown_free: User, stella: User) -> None:
    assert presence.known_live([shown_free.pk]) is None
    assert presence.is_live([shown_free.pk, stella.pk]) == {shown_free.pk}


def test_a_young_epoch_means_as_last_shown(valkey: redis.Redis, shown_free: User) -> None:
    seconds, _ = valkey.time()
    valkey.set(EPOCH, seconds * 1000)
    assert presence.is_live([shown_free.pk]) == {shown_free.pk}


def test_valkey_away_means_as_last_shown(
    monkeypatch: pytest.MonkeyPatch, shown_free: User, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    quick.cache_clear()
    try:
        assert presence.is_live([shown_free.pk]) == {shown_free.pk}
    finally:
        quick.cache_clear()
    assert "leases not read" in caplog.text
