"""Turns usual hours and clock times into moments, across zones, days and daylight saving changes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from accounts.models import ConsultantProfile, User, UsualHours
from accounts.zones import zone_of

WEEK = 7


def zone_for(user: User) -> tzinfo:
    """The zone in which a person reads and writes clock times; UTC while it is not known."""
    return zone_of(user.time_zone) or ZoneInfo("UTC")


def closes_today(profile: ConsultantProfile, at: datetime) -> datetime | None:
    """The end of today's usual hours in the consultant's zone, or None if it has passed."""
    zone = zone_for(profile.user)
    today = at.astimezone(zone).date()
    day = _by_day(profile.hours.all()).get(today.weekday())
    closes = moment_of(today, day.closes, zone) if day else None
    return closes if closes and closes > at else None


def opens_next(profile: ConsultantProfile, at: datetime) -> datetime | None:
    """When their usual hours begin next, or None if they have set none."""
    zone, days = zone_for(profile.user), _by_day(profile.hours.all())
    today = at.astimezone(zone).date()
    for ahead in range(WEEK + 1):
        on = today + timedelta(days=ahead)
        day = days.get(on.weekday())
        opens = moment_of(on, day.opens, zone) if day else None
        if opens and opens > at:
            return opens
    return None


def next_time(clock: time, at: datetime, zone: tzinfo) -> datetime:
    """The next moment at which clocks in this zone show that time. A repeated hour yields two moments."""
    return min(moment for moment in _readings(clock, at, zone) if moment > at)


def moment_of(on: date, clock: time, zone: tzinfo, fold: int = 0) -> datetime:
    """A clock time of a day as a moment. A time skipped by the change to summer time is an hour later."""
    return datetime.combine(on, clock.replace(fold=fold), zone).astimezone(UTC)


def _readings(clock: time, at: datetime, zone: tzinfo) -> Iterator[datetime]:
    today = at.astimezone(zone).date()
    for ahead in range(3):
        first, second = (moment_of(today + timedelta(days=ahead), clock, zone, fold) for fold in (0, 1))
        yield first
        if second > first:  # the repeated hour; in the skipped hour the second reading would be earlier
            yield second


def _by_day(days: Iterable[UsualHours]) -> dict[int, UsualHours]:
    return {day.weekday: day for day in days}
