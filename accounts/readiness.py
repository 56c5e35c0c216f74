"""The steps that are left before a profile can be approved and its consultant can go online."""

from dataclasses import dataclass

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
    return [
        Step("a name", bool(profile.user.name), "name"),
        Step("a headline", bool(profile.headline), "headline"),
        Step(
            f"a few sentences about you (at least {ABOUT_SHORTEST} characters)",
            len(profile.about) >= ABOUT_SHORTEST,
            "about",
        ),
        Step("at least one skill", profile.pk is not None and bool(profile.skills.all()), "skills"),
        Step("at least one language", bool(profile.languages), "languages"),
    ]


def steps_to_online(profile: ConsultantProfile) -> list[Step]:
    """Everything between this moment and *Go online*, in order."""
    sent = profile.status in {ProfileStatus.SUBMITTED, ProfileStatus.APPROVED}
    return [
        *content_steps(profile),
        Step("a confirmed e-mail address", profile.user.email_verified, "email"),
        Step("sent for approval", sent, "send"),
        Step("approved by our staff", profile.status == ProfileStatus.APPROVED, "send"),
    ]


def missing_content(profile: ConsultantProfile) -> list[str]:
    """The names of what the profile still lacks."""
    return [step.name for step in content_steps(profile) if not step.done]
