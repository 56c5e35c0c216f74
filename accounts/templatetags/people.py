"""Small words and drawings about people, for templates."""

from datetime import UTC, datetime

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html

from accounts.availability.appearance import Look, look_of
from accounts.availability.switch_state import Board, board_of
from accounts.languages import language_name
from accounts.models import ConsultantProfile, User
from accounts.zones import clock_in_words
from marketplace.core.time import now

register = template.Library()
TONES = 6


@register.simple_tag
def portrait(person: User) -> str:
    """The URL of a person's drawing, or '' if initials replace it (also if the drawing is missing)."""
    if not person.portrait:
        return ""
    try:
        return static(f"img/{person.portrait}")
    except ValueError:
        return ""


@register.filter
def tone(person: User) -> int:
    """The number of the fixed colour behind a person's initials."""
    return (person.pk or 0) % TONES + 1


@register.filter
def own_clock(moment: datetime, person: User) -> str:
    """The time of day in a person's own zone, for fragments that are also sent by the socket.

    The socket has no current time zone. Without a known zone the text names UTC: "14:02 UTC".
    """
    return clock_in_words(moment, person.time_zone)


@register.filter
def own_time(moment: datetime | None, person: User) -> str:
    """The same as an HTML element with the machine-readable moment; '' without a moment."""
    if not moment:
        return ""
    return format_html('<time datetime="{}">{}</time>', iso(moment), own_clock(moment, person))


@register.filter
def iso(moment: datetime) -> str:
    """A moment in machine format, always in UTC: "2026-03-02T14:20:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@register.simple_tag(takes_context=True)
def look(context: Context, profile: ConsultantProfile) -> Look:
    """How a consultant is shown; a page with several consultants passes its `now`, so it is read once."""
    return look_of(profile, _moment(context))


@register.simple_tag(takes_context=True)
def board(context: Context, profile: ConsultantProfile) -> Board:
    """The state of the consultant's own switch."""
    return board_of(profile, _moment(context))


def _moment(context: Context) -> datetime:
    moment = context.get("now")
    return moment if isinstance(moment, datetime) else now()


@register.filter
def language(code: str) -> str:
    """The name of a language by its code: "sv" -> "Swedish"."""
    return language_name(code)
