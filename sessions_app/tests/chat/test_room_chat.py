"""The chat over the room's socket: acknowledged, in order, caught up after a loss, refused by name."""

import uuid

import pytest
from channels.db import database_sync_to_async

from accounts.models import User
from marketplace.core import rules
from marketplace.live.hub import hub
from sessions_app.calls import attendance
from sessions_app.chat.feature import PAGES_AT_ONCE
from sessions_app.chat.services import say
from sessions_app.models import Consultation
from sessions_app.tests.room.room_pages import Frame, RoomPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patient_server")]


async def chatting(call: Consultation, user: User, *, after: int = 0, pc: str = "c0000001") -> RoomPage:
    """This person's page, joined and listening."""
    page = RoomPage(call.pk, user, pc=pc)
    await page.join()
    await page.send({"t": "chat_after", "n": after})
    return page


async def write(page: RoomPage, text: str, key: str = "") -> Frame:
    """Say it and wait for the acknowledgement."""
    await page.send({"t": "say", "id": key or str(uuid.uuid4()), "text": text})
    return await page.hear("said")


async def ring(call: Consultation) -> None:
    """The bell, as the hub rings it when the news comes from Valkey."""
    for listener in list(hub.listeners.get(f"m:{call.pk}", ())):
        await listener.deliver([])


class TestBothWays:
    async def test_message_is_acknowledged_and_delivered_once(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await chatting(call, clara), await chatting(call, conrad)
        key = str(uuid.uuid4())
        said = await write(client, "Hello `x`", key)
        assert (said["id"], said["n"]) == (key, 1)
        for _ in range(3):
            await ring(call)
        heard = await consultant.all_of("text", by=consultant)
        assert [(each["n"], each["id"], each["from"], each["text"]) for each in heard] == [
            (1, key, "client", "Hello `x`")
        ]
        assert heard[0]["at"] == said["at"] and heard[0]["file"] is None

    async def test_own_messages_come_back_after_a_reload(self, call: Consultation, clara: User) -> None:
        client = await chatting(call, clara)
        await write(client, "one")
        await client.vanish()
        again = await chatting(call, clara, pc="c0000002")
        assert [each["text"] for each in await again.all_of("text", by=again)] == ["one"]

    async def test_sent_again_it_is_acknowledged_again_and_kept_once(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await chatting(call, clara), await chatting(call, conrad)
        key = str(uuid.uuid4())
        first, second = await write(client, "once", key), await write(client, "once", key)
        assert (first["n"], first["at"]) == (second["n"], second["at"])
        await ring(call)
        assert len(await consultant.all_of("text", by=consultant)) == 1

    async def test_page_that_comes_back_gets_exactly_what_it_missed(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await chatting(call, clara), await chatting(call, conrad)
        await write(client, "1")
        await ring(call)
        assert (await consultant.hear("text"))["n"] == 1
        await consultant.vanish()
        for text in ("2", "3", "4"):
            await write(client, text)
        again = await chatting(call, conrad, after=1)
        assert [each["text"] for each in await again.all_of("text", by=again)] == ["2", "3", "4"]

    async def test_lost_bell_heals_at_the_safety_poll(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await chatting(call, clara), await chatting(call, conrad)
        await write(client, "Nobody rang")
        beats = [await consultant.hear("beat") for _ in range(1)]
        assert beats
        assert (await consultant.hear("text"))["text"] == "Nobody rang"

    async def test_message_written_without_a_socket_reaches_the_socket_of_the_other(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        consultant = await chatting(call, conrad)
        await database_sync_to_async(say)(
            consultation_id=call.pk, user=clara, client_id=uuid.uuid4(), text="by a plain request"
        )
        await ring(call)
        assert (await consultant.hear("text"))["text"] == "by a plain request"


class TestPages:
    async def test_page_asks_again_from_the_last_number_of_a_full_page(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sessions_app.chat.transcript.PAGE", 2)
        client = await chatting(call, clara)
        for text in "12345":
            await write(client, text)
        consultant = await chatting(call, conrad)
        assert [each["text"] for each in await consultant.all_of("text", by=consultant)] == ["1", "2"]
        await consultant.send({"t": "chat_after", "n": 2})
        assert [each["text"] for each in await consultant.all_of("text", by=consultant)] == ["3", "4"]

    async def test_whole_chat_cannot_be_asked_for_without_end(self, call: Consultation, clara: User) -> None:
        client = await chatting(call, clara)
        await write(client, "x")
        for _ in range(PAGES_AT_ONCE + 3):
            await client.send({"t": "chat_after", "n": 0})
        assert (await client.hear("err"))["code"] == "rate"
        assert (await write(client, "y"))["n"] == 2


class TestTyping:
    async def test_other_side_is_told_at_most_every_two_seconds_and_nothing_is_kept(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client, consultant = await chatting(call, clara), await chatting(call, conrad)
        for _ in range(5):
            await client.send({"t": "typing"})
        assert await consultant.hear("typing")
        assert await consultant.all_of("typing", by=client) == []
        assert await client.all_of("typing", by=consultant) == []
        assert await database_sync_to_async(call.messages.count)() == 0


class TestRefused:
    async def test_socket_that_has_not_joined_neither_hears_nor_speaks(
        self, call: Consultation, clara: User
    ) -> None:
        lurker = await RoomPage(call.pk, clara).open()
        for frame in ({"t": "chat_after", "n": 0}, {"t": "say", "id": str(uuid.uuid4()), "text": "x"}):
            await lurker.send(frame)
            assert (await lurker.hear("err"))["code"] == "state"

    async def test_stranger_has_no_room_to_speak_in(self, call: Consultation, stella: User) -> None:
        assert await (await RoomPage(call.pk, stella).open()).closed() == 4404

    async def test_first_tab_is_closed_when_a_second_one_chats(self, call: Consultation, clara: User) -> None:
        first = await chatting(call, clara)
        await chatting(call, clara, pc="c0000002")
        assert await first.closed() == 4409

    async def test_ended_consultation_says_so_in_words(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        client = await chatting(call, clara)
        await database_sync_to_async(attendance.end)(consultation_id=call.pk, user=conrad)
        key = str(uuid.uuid4())
        await client.send({"t": "say", "id": key, "text": "Too late"})
        refused = await client.hear("unsaid")
        assert (refused["id"], refused["code"]) == (key, "chat_closed")
        assert "receipt" in refused["words"] and "wait" not in refused
        assert await (await RoomPage(call.pk, clara).open()).closed() == 4410

    async def test_flood_of_messages_is_told_how_long_to_wait(
        self, call: Consultation, clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "MESSAGES_PER_10_SECONDS", 2)  # a busy machine takes 10 s for 20
        client = await chatting(call, clara)
        for count in range(rules.MESSAGES_PER_10_SECONDS):
            await write(client, str(count))
        await client.send({"t": "say", "id": str(uuid.uuid4()), "text": "one more"})
        refused = await client.hear("unsaid")
        assert refused["code"] == "messages_too_fast" and 1 <= refused["wait"] <= 10
        assert await database_sync_to_async(call.messages.count)() == rules.MESSAGES_PER_10_SECONDS

    async def test_too_long_message_is_told_and_the_socket_stays(
        self, call: Consultation, clara: User
    ) -> None:
        client = await chatting(call, clara)
        await client.send({"t": "say", "id": str(uuid.uuid4()), "text": "ü" * 4001})
        assert (await client.hear("unsaid"))["code"] == "message_too_long"
        assert (await write(client, "short"))["n"] == 1

    async def test_half_a_character_harms_nobody(self, call: Consultation, clara: User) -> None:
        client = await chatting(call, clara)
        await client.socket.send_to(
            text_data=f'{{"t":"say","id":"{uuid.uuid4()}","text":"a\\ud83d\\u0000b"}}'
        )
        assert (await client.hear("said"))["n"] == 1
        assert (await client.hear("text"))["text"] == "ab"


async def test_ear_is_given_back_with_the_socket(call: Consultation, clara: User) -> None:
    client = await chatting(call, clara)
    await write(client, "x")
    assert f"m:{call.pk}" in hub.listeners
    await client.vanish()
    assert f"m:{call.pk}" not in hub.listeners
