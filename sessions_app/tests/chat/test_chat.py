"""The chat's service: who may write, when, how often, and that nothing comes twice, late or out of order."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import User
from marketplace.core import rules
from marketplace.core.errors import DomainError
from marketplace.core.time import now, travel
from sessions_app.calls import attendance, deadlines
from sessions_app.chat.services import cleaned, say
from sessions_app.chat.transcript import frames_after, written_in
from sessions_app.errors import (
    ChatClosed,
    ChatNotOpen,
    MessageEmpty,
    MessageIdTaken,
    MessagesTooFast,
    MessageTooLong,
    NoSuchConsultation,
)
from sessions_app.models import Consultation, Message
from sessions_app.tests import stage


def write(call: Consultation, user: User, text: str = "Hello", key: uuid.UUID | None = None) -> Message:
    return say(consultation_id=call.pk, user=user, client_id=key or uuid.uuid4(), text=text)


@pytest.mark.django_db
class TestSaying:
    def test_both_write_and_both_read_the_same_in_order(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        for author, text in ((clara, "one"), (conrad, "two"), (clara, "three")):
            write(call, author, text)
        heard = frames_after(consultation_id=call.pk, number=0)
        assert [(each["n"], each["from"], each["text"]) for each in heard] == [
            (1, "client", "one"),
            (2, "consultant", "two"),
            (3, "client", "three"),
        ]
        assert [each["n"] for each in frames_after(consultation_id=call.pk, number=2)] == [3]

    def test_message_sent_again_is_still_one_message(self, call: Consultation, clara: User) -> None:
        key = uuid.uuid4()
        assert write(call, clara, "once", key) == write(call, clara, "once\r\n", key)
        assert call.messages.count() == 1

    def test_id_used_for_something_else_is_refused(self, call: Consultation, clara: User) -> None:
        key = uuid.uuid4()
        write(call, clara, "once", key)
        with pytest.raises(MessageIdTaken):
            write(call, clara, "something else", key)
        assert [each.text for each in call.messages.all()] == ["once"]

    def test_id_of_the_other_side_is_not_taken_from_me(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        key = uuid.uuid4()
        write(call, clara, "mine", key)
        assert write(call, conrad, "mine too", key).number == 2

    def test_what_was_kept_is_acknowledged_even_after_the_end(self, call: Consultation, clara: User) -> None:
        key = uuid.uuid4()
        kept = write(call, clara, "just in time", key)
        attendance.end(consultation_id=call.pk, user=clara)
        assert write(call, clara, "just in time", key) == kept

    @pytest.mark.parametrize("text", ["", "  \n\n \t", "\x00\x07"])
    def test_message_without_words_is_refused(self, call: Consultation, clara: User, text: str) -> None:
        with pytest.raises(MessageEmpty):
            write(call, clara, text)

    def test_message_that_is_too_long_is_told_so_in_numbers(self, call: Consultation, clara: User) -> None:
        with pytest.raises(MessageTooLong, match=r"4001 characters long\. The limit is 4000"):
            write(call, clara, "x" * 4001)

    def test_longest_message_and_every_alphabet_are_kept(self, call: Consultation, clara: User) -> None:
        text = "Füße 漢字 👩🏽‍💻\n\tcode" + "x" * 3975
        assert Message.objects.get(pk=write(call, clara, text).pk).text == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n\n  indented\n\n", "  indented"),
        ("a\x00b\x1bc\x7fd\u0085", "abcd"),
        ("half \ud83d pair", "half  pair"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_text_is_kept_without_control_characters(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


@pytest.mark.django_db
class TestWhoAndWhen:
    def test_stranger_is_told_that_there_is_no_such_consultation(
        self, call: Consultation, stella: User
    ) -> None:
        with pytest.raises(NoSuchConsultation):
            write(call, stella)

    def test_nothing_can_be_written_while_it_rings(
        self, clara: User, conrad: User, fund: Callable[..., None]
    ) -> None:
        fund(clara, 5000)
        ringing = stage.ring(clara, conrad, at=now())
        with pytest.raises(ChatNotOpen):
            write(ringing, clara)

    def test_ended_consultation_takes_no_more(self, call: Consultation, clara: User, conrad: User) -> None:
        attendance.end(consultation_id=call.pk, user=conrad)
        for author in (clara, conrad):
            with pytest.raises(ChatClosed):
                write(call, author)

    def test_a_goodbye_can_be_written_after_the_time_is_up_and_no_longer(
        self, clara: User, conrad: User, fund: Callable[..., None]
    ) -> None:
        fund(clara, 5000)
        began = now() - timedelta(hours=1)
        call = stage.live(clara, conrad, at=began)
        stage.talk(call, since=began, seconds=rules.BOUGHT_SECONDS)
        with travel(began + timedelta(seconds=rules.BOUGHT_SECONDS + 1)):
            over = deadlines.finish_bought_time(consultation_id=call.pk)
        assert over.closes_at
        with travel(over.closes_at - timedelta(seconds=1)):
            assert write(call, clara, "Thank you!").number == 1
        with travel(over.closes_at), pytest.raises(ChatClosed):
            write(call, conrad, "Too late")

    def test_interrupted_call_can_be_written_in(
        self, clara: User, conrad: User, fund: Callable[..., None]
    ) -> None:
        fund(clara, 5000)
        call = stage.live(clara, conrad, at=now())
        attendance.leave(consultation_id=call.pk, user=clara)
        assert write(call, conrad, "Are you there?").number == 1


@pytest.mark.django_db
class TestHowOften:
    def test_twenty_in_ten_seconds_and_then_a_wait_that_is_told(
        self, call: Consultation, clara: User, conrad: User
    ) -> None:
        start = now()
        for count in range(rules.MESSAGES_PER_10_SECONDS):
            with travel(start + timedelta(seconds=count / 10)):
                write(call, clara, f"{count}")
        with travel(start + timedelta(seconds=4)):
            with pytest.raises(MessagesTooFast) as refused:
                write(call, clara, "one more")
            assert refused.value.fields == {"seconds": 6}
            assert write(call, conrad, "I have said nothing yet").number == 21
        with travel(start + timedelta(seconds=10.05)):
            assert write(call, clara, "one more").number == 22

    def test_repeats_do_not_count(self, call: Consultation, clara: User) -> None:
        key = uuid.uuid4()
        for _ in range(rules.MESSAGES_PER_10_SECONDS + 5):
            write(call, clara, "the same", key)
        assert call.messages.count() == 1


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_get_forty_numbers_without_gap(call: Consultation, clara: User, conrad: User) -> None:
    def one(count: int) -> int:
        try:
            return write(call, (clara, conrad)[count % 2], str(count)).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(one, range(40)))
    assert numbers == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_same_message_sent_at_once_by_two_tabs_is_one(call: Consultation, clara: User) -> None:
    key = uuid.uuid4()

    def one(_: int) -> int:
        try:
            return write(call, clara, "the same", key).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(8))) == {1}
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_who_and_when_stand_above_the_first_of_a_minute_alone(
    call: Consultation, clara: User, conrad: User
) -> None:
    start = now().replace(second=5)
    for author, second in ((clara, 0), (clara, 5), (conrad, 6), (conrad, 70)):
        with travel(start + timedelta(seconds=second)):
            write(call, author)
    lines = written_in(consultation=call, reader=clara)
    assert [(line.mine, line.headed) for line in lines] == [
        (True, True),
        (True, False),
        (False, True),
        (False, True),
    ]


def test_every_refusal_has_words_and_a_code() -> None:
    for refusal in (ChatClosed, ChatNotOpen, MessageEmpty, MessageIdTaken):
        problem: DomainError = refusal()
        assert problem.message.endswith(".") and problem.code != "consultation"
