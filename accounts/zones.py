"""Time zones: which names are valid, and how people read them."""

import zoneinfo
from datetime import UTC, datetime
from functools import cache

from django.utils.formats import time_format


@cache
def zone_names() -> tuple[str, ...]:
    """Every place name of the zone database, without its technical and outdated entries."""
    regions = {
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
    places = (name for name in zoneinfo.available_timezones() if name.split("/")[0] in regions)
    return (*sorted(places), "UTC")


def is_zone(name: str) -> bool:
    """Whether this is a zone we can compute with."""
    return name in zone_names() or name in zoneinfo.available_timezones()


def zone_of(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone of that name, or None while it is not known."""
    return zoneinfo.ZoneInfo(name) if name and is_zone(name) else None


def clock_in_words(moment: datetime, name: str) -> str:
    """The time of day in that zone: "14:02". Without a known zone the text names UTC: "14:02 UTC"."""
    zone = zone_of(name)
    clock = time_format(moment.astimezone(zone or UTC), "TIME_FORMAT")
    return clock if zone else f"{clock} UTC"


def in_words(name: str, at: datetime) -> str:
    """A zone as people read it: "Europe/Oslo" -> "Oslo (UTC+02:00)"."""
    offset = at.astimezone(zoneinfo.ZoneInfo(name)).strftime("%z")
    city = name.rpartition("/")[2].replace("_", " ")
    return f"{city} (UTC{offset[:3]}:{offset[3:5]})"
