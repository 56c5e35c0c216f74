"""Other consultants who could help right now."""

from django.db.models import Count, F

from accounts.models import ConsultantProfile, Shown, User
from accounts.models.profile import MOST_RELIABLE

AT_MOST = 3


def others_free(
    *, instead_of: ConsultantProfile, viewer: User | None, price: int | None = None
) -> list[ConsultantProfile]:
    """Up to three equal consultants who are free now: a skill in common, not dearer, the best first.

    `price`: what was agreed with the first one, if that is not what they ask now. Best is who really can be
    called, shares most skills, answers most often, and answers soonest.
    """
    skills = list(instead_of.skills.values_list("pk", flat=True))
    rows = (
        ConsultantProfile.objects.public()
        .filter(shown_state=Shown.AVAILABLE, skills__in=skills, price__lte=price or instead_of.price)
        .exclude(pk=instead_of.pk)
        .select_related("user")
        .annotate(in_common=Count("skills", distinct=True))
        .order_by(
            "demo_lease",
            "-in_common",
            MOST_RELIABLE,
            F("answer_seconds").asc(nulls_last=True),
            "price",
            "pk",
        )
    )
    if viewer is not None:
        rows = rows.exclude(user=viewer)
    return list(rows[:AT_MOST])
