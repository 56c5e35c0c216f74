"""Who else could help right now."""

from accounts.models import ConsultantProfile, Shown, User

AT_MOST = 3


def others_free(*, instead_of: ConsultantProfile, viewer: User | None) -> list[ConsultantProfile]:
    """Up to three consultants who are free now and share a skill; those who can really be called first."""
    skills = list(instead_of.skills.values_list("pk", flat=True))
    rows = (
        ConsultantProfile.objects.public()
        .filter(shown_state=Shown.AVAILABLE, skills__in=skills)
        .exclude(pk=instead_of.pk)
        .select_related("user")
        .order_by("demo_lease", "price", "pk")
        .distinct()
    )
    if viewer is not None:
        rows = rows.exclude(user=viewer)
    return list(rows[:AT_MOST])
