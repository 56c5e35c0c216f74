"""What no honest page sends: refused with the documented code, and nobody else is harmed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
from channels.db import database_sync_to_async

from accounts.models import User
from marketplace.core.time import now, travel
from sessions_app.calls import attendance
from sessions_app.models import Consultation
from sessions_app.room import consumer, signaling
from sessions_app.room.signaling import Side
from sessions_app.tests.room.room_pages import RoomPage, both, flood
from sessions_app.tests.stage import live, talk

GOODBYE = "sessions_app.models.consultation.GOODBYE"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patient_server")]


async def still_talk(one: RoomPage, other: RoomPage) -> None:
    """What one says now reaches the other, after whatever it heard before."""
    await one.describe(to=other.pc)
    while (await other.hear("desc"))["pc"] != one.pc:
        pass


class TestOthers:
    async def test_outsider_gets_nothing_and_harms_nothing(
        self, call: Consultation, clara: User, conrad: User, stella: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        outsider = await RoomPage(call.pk, stella).open()
        await outsider.describe(to=consultant.pc)
        assert await outsider.closed() == 4404
        await still_talk(client, consultant)

    async def test_third_socket_takes_its_own_side_only(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        third = RoomPage(call.pk, clara, pc="c0000003")
        await third.join()
        assert await client.closed() == 4409
        await still_talk(third, consultant)
        await still_talk(consultant, third)

    async def test_socket_of_an_earlier_generation_is_told_so(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client, consultant = await both(call, clara, conrad)

        async def lost(group: str, message: dict[str, Any]) -> None:
            """The bell that would have told it."""

        monkeypatch.setattr("marketplace.live.publish.bell", lost)
        taken = await Side(call.pk, "client").take(pc="c0000002")
        assert taken and taken.gen == 2
        await client.send({"t": "media", "mic": True, "cam": True})
        assert await client.closed() == 4409
        monkeypatch.undo()
        newest = RoomPage(call.pk, clara, pc="c0000002")
        await newest.join()
        assert await consultant.all_of("media", by=newest) == []


class TestHowMuch:
    async def test_counts_of_a_connection_outlive_its_socket(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(signaling.MOST, "desc", 3)
        client, consultant = await both(call, clara, conrad)
        for _ in range(3):
            await client.describe(to=consultant.pc)
        assert len(await consultant.all_of("desc", by=client)) == 3
        again = RoomPage(call.pk, clara, pc=client.pc)
        await again.join()
        await again.describe(to=consultant.pc)
        assert (await again.hear("err"))["code"] == "rate"
        fresh = RoomPage(call.pk, clara, pc="c0000009")
        await fresh.join()
        await still_talk(fresh, consultant)

    async def test_more_candidates_than_any_network_has_are_dropped(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(signaling.MOST, "cand", 5)
        client, consultant = await both(call, clara, conrad)
        for _ in range(6):
            await client.suggest(to=consultant.pc)
        assert (await client.hear("err"))["code"] == "rate"
        assert len(await consultant.all_of("cand", by=client)) == 5

    async def test_more_bytes_than_a_minute_may_carry_are_dropped(
        self,
        call: Consultation,
        clara: User,
        conrad: User,
        monkeypatch: pytest.MonkeyPatch,
        valkey: redis.Redis,
    ) -> None:
        monkeypatch.setattr(signaling, "BYTES_A_MINUTE", 20_000)
        client, consultant = await both(call, clara, conrad)
        for _ in range(3):
            await client.describe(to=consultant.pc, sdp="v=0" + "x" * 9_000)
        assert (await client.hear("err"))["code"] == "rate"
        assert len(await consultant.all_of("desc", by=client)) == 2
        assert 0 < valkey.ttl(f"rb:{call.pk}:client") <= 60
        await still_talk(consultant, client)

    async def test_side_that_announces_connection_after_connection_is_closed(
        self,
        call: Consultation,
        clara: User,
        conrad: User,
        monkeypatch: pytest.MonkeyPatch,
        valkey: redis.Redis,
    ) -> None:
        monkeypatch.setattr(signaling, "CONNECTIONS_A_MINUTE", 2)
        _, consultant = await both(call, clara, conrad)
        second = RoomPage(call.pk, clara, pc="c0000002")
        await second.join()
        third = await RoomPage(call.pk, clara, pc="c0000003").open()
        await third.send({"t": "join", "v": 1, "page": third.page, "pc": third.pc, "after": "0"})
        assert await third.closed() == 4429
        await still_talk(second, consultant)
        assert 0 < valkey.ttl(f"rc:{call.pk}:client") <= 60
        valkey.delete(f"rc:{call.pk}:client")  # the minute is over
        await RoomPage(call.pk, clara, pc="c0000004").join()

    async def test_page_that_is_loaded_again_and_again_keeps_its_place(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        _, consultant = await both(call, clara, conrad)
        for count in range(2, 26):
            assert await Side(call.pk, "client").take(pc=f"c00000{count:02d}")
        newest = RoomPage(call.pk, clara, pc="c0000026")
        await newest.join()
        await still_talk(newest, consultant)

    @pytest.mark.usefixtures("few_frames")
    async def test_flood_of_one_side_does_not_silence_the_other(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        assert await flood(client, {"t": "turn"}) == 4429
        await consultant.send({"t": "turn"})
        assert (await consultant.hear("turn"))["servers"] == []

    async def test_socket_that_never_joins_is_closed(
        self, call: Consultation, clara: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(consumer, "JOIN_SECONDS", 0.1)
        page = await RoomPage(call.pk, clara).open()
        assert await page.closed() == 4013


class TestWhen:
    async def test_page_comes_back_for_the_goodbye(
        self, clara: User, conrad: User, fund: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(GOODBYE, timedelta(days=1))
        call = await database_sync_to_async(_used_up)(clara, conrad, fund)
        client, consultant = await both(call, clara, conrad)
        await still_talk(client, consultant)
        assert (await RoomPage(call.pk, clara, pc="c0000002").join())["state"] == "ended"

    async def test_nobody_comes_back_after_the_goodbye(
        self, clara: User, conrad: User, fund: Callable[..., None]
    ) -> None:
        call = await database_sync_to_async(_used_up)(clara, conrad, fund)
        page = await RoomPage(call.pk, clara).open()
        assert await page.closed() == 4410

    async def test_open_page_is_closed_when_the_goodbye_is_over(
        self, clara: User, conrad: User, fund: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(GOODBYE, timedelta(days=1))
        call = await database_sync_to_async(_used_up)(clara, conrad, fund)
        page = RoomPage(call.pk, clara)
        await page.join()
        monkeypatch.setattr(GOODBYE, timedelta(seconds=1))
        assert (await page.hear("bye"))["code"] == "ended"
        assert await page.closed() == 4410

    async def test_nothing_is_relayed_once_the_bought_time_is_over_although_nobody_wrote_it_down(
        self, clara: User, conrad: User, fund: Callable[..., None], valkey: redis.Redis
    ) -> None:
        call = await database_sync_to_async(_live)(clara, conrad, fund)
        client, consultant = await both(call, clara, conrad)
        await client.describe(to=consultant.pc)
        assert (await client.hear("err"))["code"] == "state"
        # The stream is the truth, a bell only wakes.
        told = valkey.xrange(f"sg:{call.pk}:consultant")
        assert not [fields for _, fields in told if json.loads(fields[b"f"])["t"] == "desc"]


def _live(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """Its 20 s ended an hour ago: how long a busy machine takes to come here does not matter."""
    fund(clara, 5000)
    call = live(clara, conrad, at=now() - timedelta(hours=1))
    call.ends_at = call.live_at + timedelta(seconds=20)
    Consultation.objects.filter(pk=call.pk).update(bought_seconds=20, ends_at=call.ends_at)
    return call


def _used_up(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """Its bought time has ended, witnessed to the last."""
    call = _live(clara, conrad, fund)
    talk(call, since=call.live_at, seconds=20)
    with travel(call.ends_at):
        assert attendance.end(consultation_id=call.pk, user=clara).end_reason == "time_up"
    return call
