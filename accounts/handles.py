"""Handles: the last part of a consultant's public address."""

import re
import unicodedata

from accounts.models import ConsultantProfile, FormerHandle

SHAPE = re.compile(r"[a-z0-9](?:-?[a-z0-9])*\Z")
SHORTEST, LONGEST = 3, 40

# Words that may become addresses of the site itself, or that would mislead.
RESERVED = frozenset(
    """
    about account accounts admin administrator all api app apps ask book booking bookings call calls
    consultant consultants consultation consultations contact demo desk directory docs earnings edit
    everyone expert experts faq feed free guest health help home info inbox jobs legal line live
    login logout mail me media metrics moderator my new news none now null official online open
    pricing privacy profile public question questions quarter refund register robots root search
    security settings sign-in sign-out sign-up signin signup site staff static status support system
    team terms test undefined user users verify video wallet webmaster welcome ws www you
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


def well_formed(handle: str) -> bool:
    """Whether a handle has the right length and letters: a-z, 0-9, single hyphens inside."""
    return SHORTEST <= len(handle) <= LONGEST and SHAPE.match(handle) is not None


def from_name(name: str) -> str:
    """A handle made from a person's name: "Mara Lindqvist" -> "mara-lindqvist"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    handle = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    return (
        handle if well_formed(handle) and handle not in RESERVED else f"expert-{handle}".strip("-")[:LONGEST]
    )


def is_free(handle: str, profile: ConsultantProfile | None = None) -> bool:
    """Whether nobody else has this handle now or had it before."""
    others, former = (
        ConsultantProfile.objects.filter(handle=handle),
        FormerHandle.objects.filter(handle=handle),
    )
    if profile:
        others, former = others.exclude(pk=profile.pk), former.exclude(profile=profile)
    return not (others.exists() or former.exists())


def propose(name: str) -> str:
    """A free handle for a person: the name, else the name with a number."""
    base = from_name(name)
    tries = (base, *(f"{base[: LONGEST - 4]}-{number}" for number in range(2, 1000)))
    return next(handle for handle in tries if is_free(handle))
