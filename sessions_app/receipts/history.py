"""The consultations in a person's list and in their earnings."""

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, QuerySet, Value, When

from sessions_app.models import Consultation
from sessions_app.states import OPEN, State

if TYPE_CHECKING:
    from accounts.models import User

PAGE_SIZE = 20


def mine(user: "User") -> "QuerySet[Consultation]":
    """All consultations of a person in either role: open ones first, then the newest."""
    going_on = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Consultation.objects.of(user)
        .with_people()
        .alias(going_on=going_on)
        .order_by("going_on", "-requested_at")
    )


def earned(user: "User") -> "QuerySet[Consultation]":
    """The completed consultations of this consultant, newest first."""
    given = Consultation.objects.filter(consultant=user, state=State.ENDED)
    return given.select_related("client").order_by("-ended_at")
