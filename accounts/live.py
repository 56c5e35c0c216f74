"""Live updates about people: the topics `c` (a consultant, for everybody), `free` and `u` (own switch)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from accounts.models import ConsultantProfile
from marketplace.core.time import now
from marketplace.live.registry import Ask, Element, News


def consultants(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `c:<user id>`: dot and button, rendered by the same templates that the pages include.

    Consultants who are no longer public (blocked, sent back, gave up) appear as offline on open pages.
    """
    by_id = {int(ask.key): ask for ask in asks if ask.key.isdecimal()}
    moment = now()
    everybody = ConsultantProfile.objects.filter(user_id__in=by_id).select_related("user")
    there = {profile.user_id: profile for profile in everybody.public().prefetch_related("hours")}
    news = {by_id[key]: News(els=_elements(profile, moment)) for key, profile in there.items()}
    if len(there) < len(by_id):
        for profile in everybody.exclude(user_id__in=there):
            news[by_id[profile.user_id]] = News(els=_gone(profile))
    return news


def free(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `free:all`: someone's state changed. Each page then asks whether its own list is affected."""
    version = int(now().timestamp() * 1000)
    html = render_to_string("accounts/_free_pulse.html", {"version": version})
    return {ask: News(els=[Element("free-pulse", version, html)]) for ask in asks}


def switches(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `u:<user id>`: the user's own switch, for the desk in every tab."""
    mine = {ask.viewer: ask for ask in asks if ask.viewer and ask.key == str(ask.viewer)}
    profiles = ConsultantProfile.objects.filter(user_id__in=mine).select_related("user", "missed_caller")
    profiles, moment = profiles.prefetch_related("hours"), now()
    return {mine[profile.user_id]: News(els=_own(profile, moment)) for profile in profiles}


def _own(profile: ConsultantProfile, moment: datetime) -> list[Element]:
    """The switch where a page shows it, and the notice about missed rings on every page."""
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


def _gone(profile: ConsultantProfile) -> list[Element]:
    context = {"profile": profile}
    return [
        _element(f"{name}-{profile.user_id}", profile, f"accounts/_{template}.html", context)
        for name, template in (("pr", "gone_presence"), ("cta", "gone_button"))
    ]


def _element(el_id: str, profile: ConsultantProfile, template: str, context: dict[str, Any]) -> Element:
    return Element(el_id, profile.presence_version, render_to_string(template, context))
