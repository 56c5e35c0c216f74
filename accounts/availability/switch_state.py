"""What the switch on the desk shows to its own consultant, in their zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.hours import closes_today
from accounts.models import ConsultantProfile, Shown
from marketplace.core import rules


@dataclass(frozen=True)
class Board:
    """The state of the switch at one moment; `mood` selects the paragraph below it."""

    mood: str
    online: bool
    until: datetime | None
    closes: datetime | None
    kept_off: datetime | None
    longest_hours: int
    pauses: tuple[tuple[str, int], ...]

    @property
    def back_to(self) -> str:
        """Where *I am back* posts to. A pause does not change the switch, so ending one does not either."""
        return reverse("desk_pause" if self.mood == "paused" else "desk_switch")

    @property
    def can_pause(self) -> bool:
        """Whether a pause would have an effect: not while nobody can call anyway."""
        return self.mood in ("free", "busy", "paused", "unreachable") and self.online


def board_of(profile: ConsultantProfile, at: datetime) -> Board:
    """Everything the switch's template needs, computed from the profile as it was read."""
    longest = timedelta(seconds=rules.SWITCH_MAX_SECONDS)
    closes = closes_today(profile, at)
    kept_off = profile.kept_off_until
    return Board(
        mood=_mood(profile, at),
        online=_online(profile, at),
        until=profile.online_until,
        closes=closes if closes and closes <= at + longest else None,
        kept_off=kept_off if kept_off and kept_off > at else None,
        longest_hours=rules.SWITCH_MAX_SECONDS // 3600,
        pauses=(("short", rules.PAUSE_SHORT_SECONDS // 60), ("long", rules.PAUSE_LONG_SECONDS // 60)),
    )


def _online(profile: ConsultantProfile, at: datetime) -> bool:
    until = profile.online_until
    return profile.accepting and until is not None and until > at


def _mood(profile: ConsultantProfile, at: datetime) -> str:
    """One of: free, busy, missed, paused, unreachable, kept_off, switched_off, off."""
    if profile.shown_state == Shown.BUSY:
        return "busy"
    if profile.online_until and profile.online_until <= at:
        return "off"  # the time is over, but no timer has turned the switch off yet
    if profile.shown_state == Shown.AVAILABLE:
        return "free"
    if profile.shown_state == Shown.AWAY:
        return _why_away(profile, at)
    if profile.kept_off_until and profile.kept_off_until > at:
        return "kept_off"
    return "switched_off" if profile.missed_ring_at else "off"


def _why_away(profile: ConsultantProfile, at: datetime) -> str:
    if profile.missed_ring_at:
        return "missed"
    return "paused" if profile.paused_until and profile.paused_until > at else "unreachable"
