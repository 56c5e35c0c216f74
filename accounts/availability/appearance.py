"""How a consultant's state looks to everybody: shape, words, and the time the words count down to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from accounts.hours import opens_next
from accounts.models import ConsultantProfile, Shown

MINUTE = timedelta(minutes=1)
PIE = 44.0  # the length of the drawn pie's circle: 2 * pi * 7
CLASSES = {Shown.AVAILABLE: "is-live", Shown.BUSY: "is-busy", Shown.AWAY: "is-away", Shown.OFFLINE: "is-off"}


@dataclass(frozen=True)
class Look:
    """One state of one consultant at one moment.

    `ends_at` is when the bought time of their running call is used up; `back_at` is when a pause ends or
    the usual hours begin. Readers in all zones get the same bytes, so times are in UTC here and the
    browser converts them to the reader's zone (static/js/site/times.js).
    """

    css: str
    words: str
    ends_at: datetime | None = None
    minutes: int = 0
    seconds: int = 0
    pie_gap: float = 0.0
    back_at: datetime | None = None
    back_words: str = ""


def look_of(profile: ConsultantProfile, at: datetime) -> Look:
    """The look at the moment `at`. There are no minutes while a call rings, connects or is interrupted."""
    css, words = CLASSES[Shown(profile.shown_state)], profile.get_shown_state_display()
    if profile.shown_state == Shown.BUSY:
        return _busy(profile, css, at)
    back_at = _back_at(profile, at)
    return Look(css, words, back_at=back_at, back_words=_clock(back_at, at) if back_at else "")


def _busy(profile: ConsultantProfile, css: str, at: datetime) -> Look:
    if not profile.call_seconds:
        return Look(css, _("Busy, a call is starting"))
    if profile.call_ends_at is None:
        return Look(css, _("In a call"))
    left = max(profile.call_ends_at - at, timedelta())
    part = min(1.0, left.total_seconds() / profile.call_seconds)
    return Look(
        css,
        _("In a call"),
        ends_at=profile.call_ends_at,
        minutes=max(1, -(-left // MINUTE)),
        seconds=profile.call_seconds,
        pie_gap=round(PIE * (1 - part), 1),
    )


def _back_at(profile: ConsultantProfile, at: datetime) -> datetime | None:
    if profile.shown_state == Shown.OFFLINE:
        return opens_next(profile, at)
    if profile.shown_state != Shown.AWAY or profile.missed_ring_at or profile.unreachable_since:
        return None  # nobody knows when
    return profile.paused_until if profile.paused_until and profile.paused_until > at else None


def _clock(moment: datetime, at: datetime) -> str:
    """The text for browsers without JavaScript, in UTC: "16:30 UTC", or "Tue 16:30 UTC"."""
    here, today = moment.astimezone(UTC), at.astimezone(UTC).date()
    clock = f"{time_format(here, 'TIME_FORMAT')} UTC"
    return clock if here.date() == today else f"{date_format(here, 'D')} {clock}"
