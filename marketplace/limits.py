"""How often somebody may do something, counted on Valkey; while it is away everything is allowed."""

import time
from typing import ClassVar

from django.core.cache import cache

from marketplace.errors import DomainError


class TooMany(DomainError):
    """That was too often. It is possible again in {seconds} seconds."""

    code: ClassVar[str] = "too_many"
    http_status: ClassVar[int] = 429


def count(*, what: str, who: str, limit: int, seconds: int) -> None:
    """Count one use in the current window of `seconds`; raise TooMany(seconds=...) past `limit`.

    Windows are fixed, so at the edge of two twice the limit may pass: good enough against floods,
    never used for money.
    """
    window, into = divmod(int(time.time()), seconds)
    key = f"limit:{what}:{who}:{window}"
    cache.add(key, 0, timeout=seconds + 5)
    if cache.incr(key) > limit:
        raise TooMany(seconds=seconds - into)
