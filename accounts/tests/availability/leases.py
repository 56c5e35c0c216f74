"""Leases as a test wants them: trusted (the epoch is old), held or ended."""

import time

import redis

from accounts.availability.leases import EPOCH, LIVE


def trusted(valkey: redis.Redis) -> None:
    """Valkey has been up for long: absence means gone."""
    valkey.set(EPOCH, 1)


def hold(valkey: redis.Redis, *user_ids: int, seconds: float = 60) -> None:
    """These people can be reached."""
    trusted(valkey)
    valkey.zadd(LIVE, {str(user_id): (time.time() + seconds) * 1000 for user_id in user_ids})


def end(valkey: redis.Redis, *user_ids: int) -> None:
    """These people's leases are over."""
    trusted(valkey)
    valkey.zrem(LIVE, *(str(user_id) for user_id in user_ids))
