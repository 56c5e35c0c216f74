"""Which handles are taken, and a free one for a new consultant."""

from accounts.handles import LONGEST, from_name
from accounts.models import ConsultantProfile, FormerHandle


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
