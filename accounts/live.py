"""What the live layer shows of people: topic `c` (a consultant, as everybody sees them), own switch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from accounts.models import ConsultantProfile
from marketplace.live.registry import Ask, Element, News
from marketplace.time import now


def consultants(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `c:<user id>`: dot and button, by the very templates that the pages include."""
    by_id = {int(ask.key): ask for ask in asks if ask.key.isdecimal()}
    moment = now()
    profiles = ConsultantProfile.objects.public().filter(user_id__in=by_id).select_related("user")
    return {
        by_id[profile.user_id]: News(els=_elements(profile, moment))
        for profile in profiles.prefetch_related("hours")
    }


def switches(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `u:<user id>`: the person's own switch, for their desk in every tab."""
    mine = {ask.viewer: ask for ask in asks if ask.viewer and ask.key == str(ask.viewer)}
    profiles = ConsultantProfile.objects.filter(user_id__in=mine).select_related("user", "missed_caller")
    moment = now()
    return {mine[profile.user_id]: News(els=_own(profile, moment)) for profile in profiles}


def _own(profile: ConsultantProfile, moment: datetime) -> list[Element]:
    """The switch where a page shows it, and on every page what became of missed rings."""
    context = {"profile": profile, "now": moment}
    return [
        _element(f"{name}-{profile.user_id}", profile, f"accounts/_{template}.html", context)
        for name, template in (("switch", "switch"), ("missed", "missed_notice"))
    ]


def _elements(profile: ConsultantProfile, moment: datetime) -> list[Element]:
    context = {"profile": profile, "now": moment}
    return [
        _element(f"{name}-{profile.user_id}", profile, f"accounts/_{template}.html", context)
        for name, template in (("pr", "presence"), ("cta", "call_button"))
    ]


def _element(el_id: str, profile: ConsultantProfile, template: str, context: dict[str, Any]) -> Element:
    return Element(el_id, profile.presence_version, render_to_string(template, context))
