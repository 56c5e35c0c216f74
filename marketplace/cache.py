"""The cache on Valkey. While that is away nothing is remembered, nothing is refused, and it is logged."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
QUIET_SECONDS = 1.0  # after a failure: a page that asks five times waits once, not five times


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache while the server is out of reach."""

    _quiet_until = 0.0  # of the class: Django makes an instance for each thread

    def _forgive(self, method: str, empty: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < ForgivingRedisCache._quiet_until:
            return empty
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as problem:
            ForgivingRedisCache._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("cache away", extra={"fields": {"call": method, "problem": type(problem).__name__}})
            return empty

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("add", True, *args, **kwargs)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgive("get", default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("set", None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("touch", False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("delete", False, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("get_many", {}, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("set_many", [], *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("delete_many", None, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("has_key", False, *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._forgive("incr", 1, *args, **kwargs)
        except ValueError:  # the key was forgotten since it was added
            return 1

    def clear(self) -> Any:
        return self._forgive("clear", None)
