"""The room's socket: who may speak, to whom, how much, and what a page that comes back is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
import redis
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from marketplace.live import publish
from marketplace.live.hub import hub
from sessions_app.calls import attendance
from sessions_app.models import Consultation
from sessions_app.room.facts import has_moved
from sessions_app.room.signaling import group
from sessions_app.tests.room.room_pages import OFFER, RoomPage, both, flood
from sessions_app.tests.room.test_frames import WRONG

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patient_server")]


class TestWhoMayComeIn:
    async def test_stranger_is_told_that_there_is_no_such_room(
        self, call: Consultation, stella: User
    ) -> None:
        page = await RoomPage(call.pk, stella).open()
        assert await page.closed() == 4404

    async def test_unknown_room_does_not_exist(self, clara: User) -> None:
        page = await RoomPage(uuid4(), clara).open()
        assert await page.closed() == 4404

    async def test_signed_out_visitor_is_sent_to_sign_in(self, call: Consultation) -> None:
        page = await RoomPage(call.pk, AnonymousUser()).open()
        assert await page.closed() == 4401

    async def test_ended_consultation_is_over(self, call: Consultation, clara: User) -> None:
        await database_sync_to_async(attendance.end)(consultation_id=call.pk, user=clara)
        page = await RoomPage(call.pk, clara).open()
        assert await page.closed() == 4410

    async def test_hello_says_who_is_polite_and_gives_no_third_party_by_default(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        hello = await RoomPage(call.pk, clara).join()
        assert (hello["role"], hello["polite"], hello["state"]) == ("client", True, "accepted")
        assert hello["ice"] == {"servers": [], "exp": None, "policy": "all"}
        hello = await RoomPage(call.pk, conrad).join()
        assert (hello["role"], hello["polite"]) == ("consultant", False)
        assert hello["peer"]["here"] and hello["peer"]["pc"] == "9f3c21aa"

    async def test_nothing_is_relayed_before_join(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        consultant = RoomPage(call.pk, conrad)
        await consultant.join()
        lurker = await RoomPage(call.pk, clara).open()
        await lurker.describe(to=consultant.pc)
        assert (await lurker.hear("err"))["code"] == "state"
        client = RoomPage(call.pk, clara)
        await client.join()
        assert await consultant.all_of("desc", by=client) == []


class TestRelay:
    async def test_description_reaches_the_other_side_only(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.describe(to=consultant.pc)
        heard = await consultant.hear("desc")
        assert heard["d"] == OFFER and heard["pc"] == client.pc and heard["seq"]
        assert await client.all_of("desc", by=consultant) == []

    async def test_frame_for_a_connection_that_is_gone_is_refused(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.describe(to="eeeeeeee")
        assert await client.hear("err") == {"t": "err", "code": "stale_pc", "re": 1}
        assert await consultant.all_of("desc", by=client) == []

    async def test_frame_in_the_name_of_an_old_own_connection_is_refused(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        client.pc = "c0000002"
        await client.describe(to=consultant.pc)
        assert (await client.hear("err"))["code"] == "stale_pc"

    async def test_what_is_switched_on_is_told_and_remembered(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.send({"t": "media", "mic": False, "cam": True})
        heard = await consultant.hear("media")
        assert (heard["mic"], heard["cam"]) == (False, True)
        hello = await RoomPage(call.pk, conrad, pc="d0000002").join()
        assert hello["peer"]["media"] == {"mic": False, "cam": True}

    async def test_other_side_hears_that_a_page_vanished(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.vanish()
        assert (await consultant.hear("peer"))["ev"] == "down"


class TestComingBack:
    async def test_resume_returns_exactly_the_missed_frames(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.describe(to=consultant.pc)
        await consultant.hear("desc")
        await consultant.vanish()
        for _ in range(3):
            await client.suggest(to=consultant.pc)
        assert await client.all_of("err", by=client) == []
        again = RoomPage(call.pk, conrad, pc=consultant.pc)
        assert (await again.join(after=consultant.seq))["resumed"] is True
        assert [frame["n"] for frame in await again.all_of("cand", by=client)] == [2, 3, 4]

    async def test_first_join_hears_nothing_that_was_meant_for_an_earlier_page(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.describe(to=consultant.pc)
        await consultant.vanish()
        again = RoomPage(call.pk, conrad, pc="d0000002")
        await again.join()
        assert await again.all_of("desc", by=client) == []

    async def test_redis_that_came_back_empty_is_told_as_not_resumed(
        self, call: Consultation, clara: User, conrad: User, valkey: redis.Redis
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.describe(to=consultant.pc)
        await consultant.hear("desc")
        await consultant.vanish()
        valkey.flushdb()
        again = RoomPage(call.pk, conrad, pc=consultant.pc)
        assert (await again.join(after=consultant.seq))["resumed"] is False

    async def test_page_whose_room_redis_forgot_is_asked_to_come_again(
        self, call: Consultation, clara: User, conrad: User, valkey: redis.Redis
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        valkey.flushdb()
        await client.describe(to=consultant.pc)
        assert await client.closed() == 4013


class TestNewestPageWins:
    async def test_second_tab_takes_over_and_the_first_is_told(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        second = RoomPage(call.pk, clara, pc="c0000002")
        hello = await second.join()
        assert hello["gen"] == 2
        assert (await client.hear("bye"))["code"] == "taken_over"
        assert await client.closed() == 4409
        assert (await consultant.hear("peer"))["pc"] == "c0000002"

    async def test_late_bell_of_an_older_page_does_not_put_out_the_newest(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await publish.bell(group(call.pk, "client"), {"type": "room.taken", "conn": "an older page"})
        assert await client.all_of("bye", by=consultant) == []
        await client.describe(to=consultant.pc)
        assert (await consultant.hear("desc"))["pc"] == client.pc

    async def test_zombie_socket_cannot_speak_after_a_takeover(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        monkeypatch.setattr("marketplace.live.publish.bell", _no_bell)
        newest = RoomPage(call.pk, clara, pc=client.pc)
        await newest.join()
        await client.describe(to=consultant.pc)
        assert await client.closed() == 4409
        monkeypatch.undo()
        assert await consultant.all_of("desc", by=newest) == []

    async def test_new_page_is_not_harmed_when_the_old_one_closes(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        second = RoomPage(call.pk, clara, pc="c0000002")
        await second.join()
        await client.vanish()
        await second.describe(to=consultant.pc)
        assert (await consultant.hear("desc"))["pc"] == "c0000002"


class TestBadFrames:
    async def test_frames_that_are_not_exactly_right_are_refused_and_the_socket_stays(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        """What is exactly right is told frame by frame in test_frames.py; here, that the socket asks it."""
        client, consultant = await both(call, clara, conrad)
        for frame in ({"t": "shout"}, {"t": "__init__"}, {"t": "relay", "n": 1}, *WRONG):
            await client.send(frame)
            assert (await client.hear("err"))["code"] == "shape", frame
        await client.describe(to=consultant.pc)
        assert await consultant.hear("desc")

    async def test_too_long_description_is_refused(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        await client.describe(to=consultant.pc, sdp="v=0" + "x" * 49_200)
        assert (await client.hear("err"))["code"] == "size"

    async def test_too_large_frame_closes_the_socket(self, call: Consultation, clara: User) -> None:
        page = RoomPage(call.pk, clara)
        await page.join()
        await page.socket.send_to(text_data="x" * 70_000)
        assert await page.closed() == 4413

    @pytest.mark.usefixtures("few_frames")
    async def test_flood_is_dropped_and_at_last_closed(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, _ = await both(call, clara, conrad)
        assert await flood(client, {"t": "media", "mic": True, "cam": True}) == 4429

    async def test_more_descriptions_than_any_honest_page_sends_are_dropped(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        for _ in range(41):
            await client.describe(to=consultant.pc)
        assert (await client.hear("err"))["code"] == "rate"
        assert len(await consultant.all_of("desc", by=client)) == 40


class TestTheClock:
    async def test_page_is_told_of_every_move_and_of_the_end(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, _ = await both(call, clara, conrad)
        await database_sync_to_async(attendance.end)(consultation_id=call.pk, user=conrad)
        for listener in list(hub.listeners[f"q:{call.pk}"]):
            await listener.deliver([])
        assert (await client.hear("clock"))["state"] == "cancelled"
        assert (await client.hear("bye"))["code"] == "ended"
        assert await client.closed() == 4410

    async def test_lost_bell_of_the_end_heals_at_the_safety_poll(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, _ = await both(call, clara, conrad)
        await database_sync_to_async(attendance.end)(
            consultation_id=call.pk, user=conrad
        )  # no hub hears of it
        assert (await client.hear("clock"))["state"] == "cancelled"
        assert (await client.hear("bye"))["code"] == "ended"
        assert await client.closed() == 4410

    async def test_lost_bell_of_a_new_end_heals_at_the_safety_poll(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, _ = await both(call, clara, conrad)
        later = call.expires_at + timedelta(minutes=9)
        await database_sync_to_async(Consultation.objects.filter(pk=call.pk).update)(live_by=later)
        assert (await client.hear("clock"))["live_by"] == int(later.timestamp() * 1000)

    def test_nothing_is_told_at_the_safety_poll_while_nothing_moved(self, call: Consultation) -> None:
        assert not has_moved(since=Consultation.objects.get())

    async def test_answers_of_both_pages_make_the_call_live(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await both(call, clara, conrad)
        for page in (client, consultant):
            await page.send({"t": "beat", "n": 1, "contact": True, "unbroken": False})
        assert (await client.hear("beat"))["ack"] == 1
        state = await database_sync_to_async(lambda: Consultation.objects.get(pk=call.pk).state)()
        assert state == "live"


async def _no_bell(group: str, message: dict[str, object]) -> None:
    """A doorbell that was lost."""
