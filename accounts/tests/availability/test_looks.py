"""The words and shapes of each state: honest minutes, and when somebody is back, for every zone."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from accounts import live
from accounts.availability.appearance import look_of
from accounts.availability.engaged import set_engaged
from accounts.hours import closes_today, opens_next
from accounts.models import ConsultantProfile, Shown, User, UsualHours
from marketplace.core.time import travel
from marketplace.live.registry import Ask
from tests.support import cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def shown(user: User, state: Shown, **columns: object) -> ConsultantProfile:
    ConsultantProfile.objects.filter(user=user).update(shown_state=state, **columns)
    return ConsultantProfile.objects.get(user=user)


def in_a_call(user: User, left: timedelta) -> ConsultantProfile:
    return shown(user, Shown.BUSY, engaged_until=NOON + left, call_ends_at=NOON + left, call_seconds=15 * 60)


def open_on(user: User, *days: int, opens: time = time(9), closes: time = time(17)) -> ConsultantProfile:
    for day in days:
        UsualHours.objects.create(profile=user.profile, weekday=day, opens=opens, closes=closes)
    return ConsultantProfile.objects.get(user=user)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(900, 15), (361, 7), (360, 6), (1, 1), (0, 1), (-30, 1)], ids=str
)
def test_minutes_are_rounded_up_and_never_none(conrad: User, seconds: int, minutes: int) -> None:
    assert look_of(in_a_call(conrad, timedelta(seconds=seconds)), NOON).minutes == minutes


@pytest.mark.parametrize(("seconds", "gap"), [(900, 0.0), (450, 22.0), (0, 44.0), (-5, 44.0)])
def test_the_pie_is_the_part_that_is_left(conrad: User, seconds: int, gap: float) -> None:
    assert look_of(in_a_call(conrad, timedelta(seconds=seconds)), NOON).pie_gap == gap


def test_a_call_that_rings_or_stands_still_names_no_minutes(conrad: User) -> None:
    set_engaged(person_ids=[conrad.pk], until=NOON + MINUTE)
    ringing = look_of(ConsultantProfile.objects.get(user=conrad), NOON)
    set_engaged(person_ids=[conrad.pk], until=NOON + 9 * MINUTE, seconds=900)
    still = look_of(ConsultantProfile.objects.get(user=conrad), NOON)
    assert (ringing.words, ringing.ends_at) == ("Busy, a call is starting", None)
    assert (still.words, still.ends_at) == ("In a call", None)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOON - 4 * HOUR, "09:00 UTC"),
        (NOON, "Tue 09:00 UTC"),
        (NOON + 12 * HOUR, "09:00 UTC"),
        (NOON + 24 * HOUR, "Mon 09:00 UTC"),
    ],
    ids=["later today", "open now, but not here", "after midnight", "next week"],
)
def test_offline_says_when_their_hours_begin_next(conrad: User, at: datetime, words: str) -> None:
    open_on(conrad, 0, 1)
    assert look_of(shown(conrad, Shown.OFFLINE), at).back_words == words


def test_nothing_is_said_where_no_hours_are_known(conrad: User) -> None:
    assert look_of(shown(conrad, Shown.OFFLINE), NOON).back_at is None


@pytest.mark.parametrize(
    "why", [{"missed_ring_at": NOON}, {"unreachable_since": NOON}, {}], ids=["missed", "gone", "unknown"]
)
def test_away_without_a_pause_names_no_time(conrad: User, why: dict[str, datetime]) -> None:
    open_on(conrad, 0, 1)
    assert look_of(shown(conrad, Shown.AWAY, **why), NOON).back_at is None


def test_hours_follow_the_clock_of_their_zone_through_the_change(conrad: User) -> None:
    conrad.time_zone = "Europe/Oslo"
    conrad.save(update_fields=["time_zone"])
    profile = open_on(conrad, 6, opens=time(2, 30), closes=time(3, 30))
    day_before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert opens_next(profile, day_before) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert opens_next(profile, datetime(2026, 10, 24, 12, tzinfo=UTC)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert closes_today(profile, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == datetime(
        2026, 10, 25, 2, 30, tzinfo=UTC
    )


def test_todays_hours_are_those_of_the_day_that_it_is_there(conrad: User) -> None:
    conrad.time_zone = "Pacific/Auckland"
    conrad.save(update_fields=["time_zone"])
    profile = open_on(conrad, 1)
    assert closes_today(profile, NOON + 12 * HOUR) == datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
    assert closes_today(profile, NOON - 2 * HOUR) is None


# --- page and socket --------------------------------------------------------------------------------

LOOKS = {
    "free": (Shown.AVAILABLE, {}, "is-live", "Free now"),
    "in a call": (
        Shown.BUSY,
        {"engaged_until": NOON, "call_ends_at": NOON + 7 * MINUTE, "call_seconds": 900},
        "is-busy",
        "In a call, free in about 7 min",
    ),
    "paused": (Shown.AWAY, {"paused_until": NOON + 10 * MINUTE}, "is-away", "Away, back at 12:10 UTC"),
    "offline": (Shown.OFFLINE, {}, "is-off", "Offline, back at Tue 09:00 UTC"),
}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Lima"])
@pytest.mark.parametrize("name", LOOKS)
def test_readers_in_every_zone_get_the_bytes_of_the_socket(
    client: Client, conrad: User, name: str, zone: str
) -> None:
    state, columns, css, words = LOOKS[name]
    open_on(conrad, 1)
    shown(conrad, state, **columns)
    client.cookies["tz"] = zone
    ask = Ask(str(conrad.pk), None)
    with travel(NOON):
        dot = live.consultants([ask])[ask].els[0].html.strip()
        pages = [client.get(path).content.decode() for path in ("/consultants/conrad/", "/consultants/")]
    assert all(dot in page for page in pages)
    assert f'class="presence {css}"' in dot
    assert re.sub(r"<[^>]+>", "", dot) == words


def test_more_people_in_the_directory_ask_no_more_of_the_database(
    client: Client, conrad: User, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        open_on(cast.consultant(f"other{number}"), 0, 1)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get("/consultants/")
