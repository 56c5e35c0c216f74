"""The steps that are left before a profile can be approved and its consultant can go online."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ConsultantProfile, ProfileStatus

ABOUT_SHORTEST = 40


@dataclass(frozen=True)
class Step:
    """One line of the list on the profile page: what it is, whether it is done, where to do it."""

    name: str
    done: bool
    anchor: str


def content_steps(profile: ConsultantProfile) -> list[Step]:
    """The steps that the profile's own content must satisfy."""
    about = ngettext(
        "a few sentences about you (at least {least} character)",
        "a few sentences about you (at least {least} characters)",
        ABOUT_SHORTEST,
    ).format(least=ABOUT_SHORTEST)
    return [
        Step(_("a name"), bool(profile.user.name), "name"),
        Step(_("a headline"), bool(profile.headline), "headline"),
        Step(about, len(profile.about) >= ABOUT_SHORTEST, "about"),
        Step(_("at least one skill"), profile.pk is not None and bool(profile.skills.all()), "skills"),
        Step(_("at least one language"), bool(profile.languages), "languages"),
    ]


def steps_to_online(profile: ConsultantProfile) -> list[Step]:
    """Everything between this moment and *Go online*, in order."""
    sent = profile.status in {ProfileStatus.SUBMITTED, ProfileStatus.APPROVED}
    return [
        *content_steps(profile),
        Step(_("a confirmed e-mail address"), profile.user.email_verified, "email"),
        Step(_("sent for approval"), sent, "send"),
        Step(_("approved by our staff"), profile.status == ProfileStatus.APPROVED, "send"),
    ]


def missing_content(profile: ConsultantProfile) -> list[str]:
    """The names of what the profile still lacks."""
    return [step.name for step in content_steps(profile) if not step.done]
