"""The cache on Valkey. While Valkey is away nothing is cached, nothing fails, and it is logged."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache

from marketplace.core.valkey import AWAY, Breaker

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Behaves like an empty cache while the server cannot be reached."""

    _breaker = Breaker()  # of the class: Django makes an instance for each thread

    def _forgive(self, method: str, empty: Any, *args: Any, **kwargs: Any) -> Any:
        if self._breaker.is_open:
            return empty
        try:
            return getattr(super(), method)(*args, **kwargs)
        except AWAY as problem:
            self._breaker.open()
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
        except ValueError:  # the key expired after it was added
            return 1

    def clear(self) -> Any:
        return self._forgive("clear", None)
