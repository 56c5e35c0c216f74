"""What is said of how somebody answers comes from their requests; what is said of a call follows the call."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from accounts.availability.appearance import look_of
from accounts.models import ConsultantProfile, User
from marketplace.core import rules
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.tests import stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _rich(clara: User, conrad: User, fund: Callable[..., None]) -> None:
    fund(clara, 500_000)


def asked(clara: User, conrad: User, number: int, how: str, wait: int = 10) -> None:
    """Request `number` (an hour apart): taken, declined, cancelled (after `wait` s), missed or never rung."""
    at = NOON + number * HOUR
    ConsultantProfile.objects.filter(user=conrad).update(missed_ring_at=None, kept_off_until=None)
    ringing = stage.ring(clara, conrad, at=at)
    pk, after = ringing.pk, at + wait * SECOND
    if how != "never rung":
        with travel(at):
            requests.mark_delivered(consultation_id=pk, user=conrad)
    if how in ("missed", "never rung"):
        with travel(at + timedelta(seconds=rules.RING_SECONDS)):
            requests.expire(consultation_id=pk)
        return
    with travel(after):
        if how == "taken":
            requests.accept(consultation_id=pk, user=conrad)
            requests.cancel(consultation_id=pk, user=conrad)
        elif how == "declined":
            requests.decline(consultation_id=pk, user=conrad, reason="busy")
        else:
            requests.cancel(consultation_id=pk, user=clara)


def counted(conrad: User) -> tuple[int, int, int | None]:
    profile = ConsultantProfile.objects.get(user=conrad)
    return profile.taken_lately, profile.asked_lately, profile.answer_seconds


def test_median_and_share_come_from_the_requests(clara: User, conrad: User) -> None:
    for number, wait in enumerate((4, 30, 8)):
        asked(clara, conrad, number, "taken", wait)
    for number, how in enumerate(("declined", "missed", "cancelled", "never rung"), start=3):
        asked(clara, conrad, number, how)
    assert counted(conrad) == (3, 5, 8)


def test_only_the_last_ones_count(clara: User, conrad: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ANSWERS_LAST", 3)
    for number, how in enumerate(("missed", "declined", "taken", "taken")):
        asked(clara, conrad, number, how)
    assert counted(conrad) == (2, 3, 10)


def test_below_five_nothing_is_said(clara: User, conrad: User, client: Any) -> None:
    for number in range(4):
        asked(clara, conrad, number, "taken")
    assert "requests</p>" not in client.get("/consultants/conrad/").content.decode()
    asked(clara, conrad, 4, "taken")
    profile = client.get("/consultants/conrad/").content.decode()
    assert "Answers in about 10 s, took 5 of the last 5 requests" in profile
    assert "answers in about 10 s" in client.get("/consultants/").content.decode()


def test_few_accepts_say_no_time(clara: User, conrad: User, client: Any) -> None:
    for number, how in enumerate(("taken", "declined", "declined", "declined", "missed")):
        asked(clara, conrad, number, how)
    profile = client.get("/consultants/conrad/").content.decode()
    assert "Took 1 of the last 5 requests" in profile
    assert "swers in about" not in profile


@pytest.mark.parametrize(("how", "row"), [("taken", 0), ("declined", 0), ("missed", 2), ("cancelled", 1)])
def test_only_an_answer_ends_the_row_of_misses(clara: User, conrad: User, how: str, row: int) -> None:
    asked(clara, conrad, 0, "missed")
    asked(clara, conrad, 1, how)
    assert ConsultantProfile.objects.get(user=conrad).missed_in_row == row


def test_requests_from_before_the_counting_are_counted_alike(clara: User, conrad: User) -> None:
    for number, how in enumerate(("taken", "declined", "missed", "cancelled", "never rung", "taken")):
        asked(clara, conrad, number, how, wait=5 + number)
    by_each_move = counted(conrad)
    ConsultantProfile.objects.update(asked_lately=0, taken_lately=0, answer_seconds=None)
    migration = MigrationLoader(connection).get_migration(
        "sessions_app", "0005_count_how_consultants_answered"
    )
    (count,) = migration.operations
    assert isinstance(count, RunSQL)
    with connection.cursor() as cursor:
        cursor.execute(str(count.sql))
    assert counted(conrad) == by_each_move == (2, 4, by_each_move[2])


# --- busy, free in about N min ----------------------------------------------------------------------


def look(person: User, at: datetime) -> tuple[str, int]:
    found = look_of(ConsultantProfile.objects.get(user=person), at)
    return found.words, found.minutes


def test_minutes_are_said_only_while_the_bought_time_runs(clara: User, conrad: User) -> None:
    call = stage.accepted(clara, conrad, at=NOON)
    assert look(conrad, NOON) == ("Busy, a call is starting", 0)
    stage.beat(call, at=NOON + 2 * SECOND)
    assert look(conrad, NOON + 2 * SECOND) == ("In a call", 15)
    stage.beat(call, at=NOON + 8 * SECOND)
    with travel(NOON + 10 * SECOND):
        attendance.leave(consultation_id=call.pk, user=clara)
    assert look(conrad, NOON + 10 * SECOND) == ("In a call", 0)


def test_after_an_interruption_the_minutes_are_the_remaining_ones(clara: User, conrad: User) -> None:
    call = stage.live(clara, conrad, at=NOON)
    for second in range(6, 301, 6):
        stage.beat(call, at=NOON + second * SECOND)
    with travel(NOON + 300 * SECOND):
        attendance.leave(consultation_id=call.pk, user=conrad)
    pages = {**stage.PAGES, "consultant": "c0250002"}
    stage.beat(call, at=NOON + 360 * SECOND, pages=pages)
    assert look(conrad, NOON + 360 * SECOND) == ("In a call", 10)


def test_the_call_sheet_says_when_as_the_card_does(
    clara: User, conrad: User, stella: User, signed_in: Any
) -> None:
    call = stage.live(clara, conrad, at=NOON)
    with travel(NOON + 8 * SECOND):
        attendance.leave(consultation_id=call.pk, user=clara)
        stopped = text_of(signed_in(stella).get("/consultants/conrad/call/"))
    assert "Conrad is in a call right now. We keep what you write here." in stopped

    stage.beat(call, at=NOON + 10 * SECOND, pages={**stage.PAGES, "client": "c0250002"})
    with travel(NOON + 12 * SECOND):
        going_on = text_of(signed_in(stella).get("/consultants/conrad/call/", headers={"HX-Request": "true"}))
    assert "Conrad is in a call right now, free in about 15 min. We keep what you write here." in going_on


def text_of(answer: Any) -> str:
    """What is read on the page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", "", answer.content.decode()).split())


def test_free_again_leaves_nothing_behind(clara: User, conrad: User) -> None:
    call = stage.live(clara, conrad, at=NOON)
    with travel(NOON + 2 * SECOND):
        attendance.end(consultation_id=call.pk, user=conrad)
    profile = ConsultantProfile.objects.get(user=conrad)
    assert (profile.engaged_until, profile.call_ends_at, profile.call_seconds) == (None, None, 0)


def test_a_call_that_never_connected_names_no_minutes(clara: User, conrad: User) -> None:
    call = stage.accepted(clara, conrad, at=NOON)
    over = NOON + timedelta(seconds=rules.CONNECT_SECONDS)
    assert look(conrad, over - SECOND)[1] == 0
    with travel(over):
        deadlines.fail_unconnected(consultation_id=call.pk)
    assert Consultation.objects.get(pk=call.pk).is_final
    assert ConsultantProfile.objects.get(user=conrad).engaged_until is None
