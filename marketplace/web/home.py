"""The facts on the home page, counted from real rows."""

import math
from dataclasses import dataclass

from django.db.models import Max

from accounts.models import ConsultantProfile, Shown, User
from accounts.models.profile import BEST_FIRST, ProfileQuerySet
from sessions_app.models import Consultation

CARDS = 6
DIAL_PLACES = 10
TALKED_TO = 3
CENTRE, ORBIT, EVERY = 200, 166, 36


@dataclass(frozen=True)
class Seat:
    """A person's place on the dial."""

    person: User
    free: bool
    x: str
    y: str


@dataclass(frozen=True)
class Prices:
    """The cheapest and the usual (middle) price for 15 minutes, in hundredths of a credit."""

    least: int
    usual: int


def free_now() -> ProfileQuerySet:
    """The consultants who can be called now, in the order of the directory."""
    free = ConsultantProfile.objects.public().filter(shown_state=Shown.AVAILABLE)
    return free.order_by(*BEST_FIRST).with_card()


def everyone() -> ProfileQuerySet:
    """Consultants for a home page on which nobody is free."""
    return ConsultantProfile.objects.public().order_by(*BEST_FIRST).with_card()


def prices() -> Prices | None:
    """From the public profiles, or None while there are none."""
    found = sorted(ConsultantProfile.objects.public().values_list("price", flat=True))
    return Prices(found[0], found[len(found) // 2]) if found else None


def dial(profiles: list[ConsultantProfile]) -> list[Seat]:
    """Up to ten people around the clock face, starting just past noon."""
    return [_seat(place, profile) for place, profile in enumerate(profiles[:DIAL_PLACES])]


def _seat(place: int, profile: ConsultantProfile) -> Seat:
    angle = math.radians(place * EVERY + 9)
    x, y = CENTRE + ORBIT * math.sin(angle), CENTRE - ORBIT * math.cos(angle)
    return Seat(profile.user, profile.shown_state == Shown.AVAILABLE, f"{x:.1f}", f"{y:.1f}")


def ticks() -> list[str]:
    """The small marks of the clock face as path data; the first quarter and the hours stay free."""
    return [f"M{_at(angle, 106)}L{_at(angle, 111)}" for angle in range(96, 360, 6) if angle % 30]


def _at(angle: int, radius: int) -> str:
    turned = math.radians(angle)
    return f"{CENTRE + radius * math.sin(turned):.1f} {CENTRE - radius * math.cos(turned):.1f}"


def talked_to(client: User) -> list[ConsultantProfile]:
    """The consultants this client talked to last, newest first, with their current availability."""
    talks = Consultation.objects.filter(client=client, live_at__isnull=False)
    newest = talks.values("consultant").annotate(last=Max("live_at")).order_by("-last")[:TALKED_TO]
    order = [row["consultant"] for row in newest]
    found = {profile.user_id: profile for profile in everyone().filter(user__in=order)}
    return [found[person] for person in order if person in found]
