"""Counts how many people searched for a skill recently.

Valkey keeps one HyperLogLog for each skill and ten minutes. It holds how many people were different, not
who they were, and expires after an hour.
"""

import logging
import time
from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from marketplace.core import valkey

log = logging.getLogger(__name__)

WINDOW_SECONDS = 600
WINDOWS = 6  # the last hour, including the current ten minutes


def note(*, skill_ids: Iterable[int], who: str) -> None:
    """Count this person, under a key that only this site can compute, as searching for these skills."""
    window = _window()
    person = salted_hmac("accounts.directory.demand", who).hexdigest()
    pipe = valkey.quick().pipeline(transaction=False)
    for skill_id in skill_ids:
        pipe.pfadd(_key(skill_id, window), person)
        pipe.expire(_key(skill_id, window), WINDOW_SECONDS * (WINDOWS + 1))
    try:
        pipe.execute()
    except valkey.AWAY as problem:
        log.warning("search not counted", extra={"fields": {"problem": type(problem).__name__}})


def people_lately(skill_ids: Iterable[int]) -> int:
    """How many different people searched for any of these skills in the last hour; 0 without Valkey."""
    now = _window()
    keys = [_key(skill_id, window) for skill_id in skill_ids for window in range(now - WINDOWS + 1, now + 1)]
    try:
        return int(valkey.quick().pfcount(*keys)) if keys else 0
    except valkey.AWAY:
        return 0


def _window() -> int:
    return int(time.time()) // WINDOW_SECONDS


def _key(skill_id: int, window: int) -> str:
    return f"searched:{skill_id}:{window}"
