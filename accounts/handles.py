"""Handles: the last part of a consultant's public address."""

import re
import unicodedata

SHORTEST, LONGEST = 3, 40
# a-z and 0-9, single hyphens inside.
SHAPE = re.compile(rf"\A(?=.{{{SHORTEST},{LONGEST}}}\Z)[a-z0-9](?:-?[a-z0-9])*\Z")

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
    """Whether a handle has the right length and letters."""
    return SHAPE.match(handle) is not None


def from_name(name: str) -> str:
    """A handle made from a person's name: "Mara Lindqvist" -> "mara-lindqvist"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    handle = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    return (
        handle if well_formed(handle) and handle not in RESERVED else f"expert-{handle}".strip("-")[:LONGEST]
    )
