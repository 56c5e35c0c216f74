"""Presence: leases in Valkey, which may vanish at any time (docs/decisions/0004-presence-lease.md).

A lease says "this process holds a socket of this person"; it expires when the process dies.
All times are milliseconds of Valkey's own TIME; no clock of ours is involved.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis as AsyncRedis

from accounts.availability.expression import takes_calls
from accounts.models import ConsultantProfile, Shown
from marketplace.core import rules, valkey

log = logging.getLogger(__name__)

LIVE, EPOCH, OF_PERSON = "pr:live", "pr:epoch", "pr:u:"
BEAT_AT_ONCE = 500
EPOCH_YOUNG_MS = 2 * rules.LEASE_BEAT_SECONDS * 1000
SCRIPTS = Path(__file__).parent / "lua"


# --- reading, from pages and services (sync) ----------------------------------------------------------
def is_live(uids: Sequence[int]) -> set[int]:
    """Those of `uids` who can be reached now; as last shown while Valkey is away or has just restarted."""
    known = known_live(uids)
    return _last_shown(uids) if known is None else known


def known_live(uids: Sequence[int]) -> set[int] | None:
    """Those of `uids` who hold a lease, or None while the leases cannot be trusted."""
    if not uids:
        return set()
    try:
        pipe = valkey.quick().pipeline(transaction=False)
        pipe.time()
        pipe.get(EPOCH)
        pipe.zmscore(LIVE, [str(uid) for uid in uids])
        (seconds, micros), epoch, ends = pipe.execute()
    except valkey.AWAY as problem:
        log.warning("leases not read", extra={"fields": {"problem": type(problem).__name__}})
        return None
    at = seconds * 1000 + micros // 1000
    if epoch is None or at - int(epoch) < EPOCH_YOUNG_MS:
        return None
    return {uid for uid, end in zip(uids, ends, strict=True) if end is not None and end > at}


def callable_now(profile: ConsultantProfile, now: datetime) -> bool:
    """Whether this consultant may be called: switch on, no pause, no ring missed, reachable, not engaged.

    Correct without any timer.
    """
    if profile.engaged_until is not None or profile.demo_lease:
        return False
    return may_ring(profile, now) and profile.user_id in is_live([profile.user_id])


def may_ring(profile: ConsultantProfile, now: datetime) -> bool:
    """The part of `callable_now` that the database knows; the transaction of the request checks it again."""
    return ConsultantProfile.objects.public().filter(takes_calls(now), pk=profile.pk).exists()


def keep_polled(uid: int) -> bool:
    """Lease a person who polls until their next poll is overdue; returns whether they just became live."""
    beat = valkey.quick().register_script(_script("beat"))
    keys = [LIVE, EPOCH, OF_PERSON]
    return bool(beat(keys=keys, args=["poll", rules.POLL_LEASE_SECONDS * 1000, uid]))


def _last_shown(uids: Iterable[int]) -> set[int]:
    shown = [Shown.AVAILABLE, Shown.BUSY]
    rows = ConsultantProfile.objects.filter(user_id__in=list(uids), shown_state__in=shown)
    return set(rows.values_list("user_id", flat=True))


# --- writing, from each process's presence agent (async) ------------------------------------------------
class Leases:
    """This process's leases; `node` is random per process start, so it never collides with a killed one."""

    def __init__(self, client: "AsyncRedis", node: str) -> None:
        self.node = node
        self._beat = client.register_script(_script("beat"))
        self._leave = client.register_script(_script("leave"))
        self._sweep = client.register_script(_script("sweep"))

    async def beat(self, uids: Sequence[int]) -> list[int]:
        """Renew these people's leases; returns those who were not live before. Always marks the epoch."""
        fresh: list[int] = []
        for start in range(0, max(len(uids), 1), BEAT_AT_ONCE):
            some = uids[start : start + BEAT_AT_ONCE]
            fresh += await self._run(self._beat, self.node, rules.LEASE_SECONDS * 1000, *some)
        return fresh

    async def leave(self, uids: Sequence[int], grace_ms: int | None = None) -> None:
        """End this process's leases of these people. If no other process has one, the grace period starts."""
        grace = rules.LEAVE_GRACE_SECONDS * 1000 if grace_ms is None else grace_ms
        if uids:
            await self._run(self._leave, self.node, grace, *uids)

    async def sweep(self) -> list[int]:
        """Remove expired leases; exactly one process gets each person back."""
        return await self._run(self._sweep, EPOCH_YOUNG_MS)

    @staticmethod
    async def _run(script: Any, *args: Any) -> list[int]:
        keys = [LIVE, EPOCH, OF_PERSON]
        return [int(uid) for uid in await valkey.bounded(script(keys=keys, args=list(args))) or []]


def _script(name: str) -> str:
    return (SCRIPTS / f"{name}.lua").read_text()
