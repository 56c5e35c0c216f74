"""Small words and drawings about people, for templates."""

from datetime import datetime

from django import template
from django.templatetags.static import static

from accounts.languages import language_name
from accounts.models import User
from accounts.zones import clock_in_words

register = template.Library()
TONES = 6


@register.simple_tag
def portrait(person: User) -> str:
    """The address of a person's drawing, or '' if initials stand for them (also if the drawing is gone)."""
    if not person.portrait:
        return ""
    try:
        return static(f"img/{person.portrait}")
    except ValueError:
        return ""


@register.filter
def tone(person: User) -> int:
    """Which of the fixed colours stands behind a person's initials."""
    return (person.pk or 0) % TONES + 1


@register.filter
def own_clock(moment: datetime, person: User) -> str:
    """The time of day in a person's own zone, for pieces that also come by the socket, where none is set.

    While their zone is not known, the zone is said: "14:02 UTC".
    """
    return clock_in_words(moment, person.time_zone)


@register.filter
def language(code: str) -> str:
    """The name of a language by its code: "sv" -> "Swedish"."""
    return language_name(code)
