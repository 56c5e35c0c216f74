"""A server process's hand in presence: sockets counted, leases renewed, ends told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis
from channels.db import database_sync_to_async
from django.db import OperationalError

from accounts.availability import agent as presence_agent
from accounts.availability import reach
from accounts.availability.agent import PresenceAgent
from accounts.availability.leases import EPOCH, LIVE
from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import trusted
from marketplace.core import rules
from marketplace.core.time import now
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def agent(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PresenceAgent]:
    """Its loops sleep: each test turns what it wants to see."""
    monkeypatch.setattr(presence_agent, "_every", lambda *args, **kwargs: asyncio.sleep(3600))
    made = PresenceAgent()
    await made.start()
    yield made
    await made.stop()


async def done(agent: PresenceAgent) -> None:
    """What the agent does beside the sockets is through."""
    await asyncio.gather(*agent.under_way)


async def shown(user: User) -> str:
    read = database_sync_to_async(ConsultantProfile.objects.values_list("shown_state", flat=True).get)
    return await read(user=user)


async def test_opening_a_page_shows_the_consultant_free(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis
) -> None:
    trusted(valkey)
    await database_sync_to_async(cast.switch_on)(conrad)
    await database_sync_to_async(ConsultantProfile.objects.filter(user=conrad).update)(shown_state=Shown.AWAY)
    assert await agent.arrived(conrad.pk)
    await done(agent)
    assert await shown(conrad) == Shown.AVAILABLE


async def test_clients_have_no_lease(agent: PresenceAgent, clara: User, valkey: redis.Redis) -> None:
    assert not await agent.arrived(clara.pk)
    assert valkey.zscore(LIVE, str(clara.pk)) is None


async def test_second_tab_closed_first_stays_live(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis
) -> None:
    await agent.arrived(conrad.pk)
    await agent.arrived(conrad.pk)
    await done(agent)
    before = valkey.zscore(LIVE, str(conrad.pk))
    await agent.departed(conrad.pk)
    await done(agent)
    assert agent.sockets[conrad.pk] == 1
    assert valkey.zscore(LIVE, str(conrad.pk)) == before


async def test_last_tab_closed_leaves_the_grace(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis
) -> None:
    await agent.arrived(conrad.pk)
    await done(agent)
    lease = valkey.zscore(LIVE, str(conrad.pk))
    await agent.departed(conrad.pk)
    await done(agent)
    assert conrad.pk not in agent.sockets
    assert valkey.zscore(LIVE, str(conrad.pk)) < lease


async def test_after_the_grace_the_sweep_shows_away(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis
) -> None:
    await database_sync_to_async(cast.switch_on)(conrad)
    await agent.arrived(conrad.pk)
    await done(agent)
    trusted(valkey)
    valkey.zadd(LIVE, {str(conrad.pk): 1})
    await agent.sweep()
    assert await shown(conrad) == Shown.AWAY


async def test_whom_the_database_could_not_take_is_shown_away_by_the_next_sweep(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database_sync_to_async(cast.switch_on)(conrad)
    await agent.arrived(conrad.pk)
    await done(agent)
    trusted(valkey)
    valkey.zadd(LIVE, {str(conrad.pk): 1})

    def away(**kwargs: object) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(reach, "settle", away)
        with pytest.raises(OperationalError):
            await agent.sweep()
    assert await shown(conrad) == Shown.AVAILABLE
    await agent.sweep()
    assert await shown(conrad) == Shown.AWAY


@pytest.mark.parametrize(
    ("before", "end", "after"), [(Shown.AVAILABLE, 1, Shown.AWAY), (Shown.AWAY, None, Shown.AVAILABLE)]
)
async def test_change_that_comes_while_the_leases_are_not_trusted_is_shown_by_the_next_sweep(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis, before: str, end: int | None, after: str
) -> None:
    await database_sync_to_async(cast.switch_on)(conrad)
    since = None if end else await database_sync_to_async(now)()
    await database_sync_to_async(ConsultantProfile.objects.filter(user=conrad).update)(
        shown_state=before, unreachable_since=since
    )
    await agent.arrived(conrad.pk)
    await done(agent)
    if end:
        valkey.zadd(LIVE, {str(conrad.pk): end})
    valkey.delete(EPOCH)

    await agent.sweep()
    assert await shown(conrad) == before
    valkey.set(EPOCH, 1)
    await agent.sweep()
    assert await shown(conrad) == after


async def test_valkey_away_is_logged_and_the_socket_stays(
    agent: PresenceAgent, conrad: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*args: object) -> list[int]:
        raise redis.ConnectionError

    monkeypatch.setattr(agent.leases, "beat", away)
    monkeypatch.setattr(agent.leases, "leave", away)
    assert await agent.arrived(conrad.pk)
    await done(agent)
    await agent.departed(conrad.pk)
    await done(agent)
    assert "presence leases not updated" in caplog.text


async def test_stopping_ends_the_leases_with_the_grace(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis
) -> None:
    await agent.arrived(conrad.pk)
    await done(agent)
    before, _ = valkey.time()
    await agent.stop()
    after, _ = valkey.time()
    given = valkey.zscore(LIVE, str(conrad.pk))
    assert before <= given / 1000 - rules.RESTART_GRACE_SECONDS <= after + 1
    await agent.departed(conrad.pk)  # sockets close after it
    await done(agent)
    assert valkey.zscore(LIVE, str(conrad.pk)) == given
    await agent.start()


async def test_demo_people_are_beaten_for_while_demo_data_is_on(
    agent: PresenceAgent, conrad: User, valkey: redis.Redis, settings
) -> None:
    await database_sync_to_async(ConsultantProfile.objects.filter(user=conrad).update)(demo_lease=True)
    settings.DEMO = True
    await agent._read_demo()
    await agent.beat()
    assert valkey.zscore(LIVE, str(conrad.pk))


async def test_a_pause_and_a_chosen_end_that_are_over_are_ended(agent: PresenceAgent, conrad: User) -> None:
    over = await database_sync_to_async(now)()
    profile = ConsultantProfile.objects.filter(user=conrad)
    await database_sync_to_async(cast.switch_on)(conrad)
    await database_sync_to_async(profile.update)(shown_state=Shown.AWAY, paused_until=over)
    await agent.end_switches()
    assert await shown(conrad) == Shown.AVAILABLE
    await database_sync_to_async(profile.update)(accepting_until=over)
    await agent.end_switches()
    assert await shown(conrad) == Shown.OFFLINE
