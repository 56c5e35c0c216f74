"""A consultant's profile from the draft to the approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.db import IntegrityError, transaction

from accounts import staff
from accounts.availability.switch import set_switch
from accounts.errors import (
    HandleReserved,
    HandleTaken,
    HandleWrong,
    NotAConsultant,
    NoteMissing,
    ProfileIncomplete,
    ProfileMovedOn,
)
from accounts.handles import RESERVED, well_formed
from accounts.models import ConsultantProfile, FormerHandle, ProfileStatus, Skill, User, UsualHours
from accounts.profiles.handles import is_free, propose
from accounts.profiles.readiness import missing_content
from marketplace.core.time import now
from marketplace.live import publish


@dataclass(frozen=True)
class Hours:
    """One day of the usual week: 0 = Monday, from, to, in the consultant's own zone."""

    weekday: int
    opens: time
    closes: time


def draft_for(*, user: User) -> ConsultantProfile:
    """The person's profile; the first visit makes a draft with a proposed handle. Raises NotAConsultant."""
    if not user.gives_help:
        raise NotAConsultant
    found = ConsultantProfile.objects.filter(user=user).first()
    return found or _new_draft(user)


@transaction.atomic(durable=True)
def _new_draft(user: User) -> ConsultantProfile:
    try:
        with transaction.atomic(savepoint=True):
            return ConsultantProfile.objects.create(user=user, handle=propose(user.display_name))
    except IntegrityError:  # two first visits at once
        return ConsultantProfile.objects.get(user=user)


@transaction.atomic(durable=True)
def save_profile(
    *,
    profile: ConsultantProfile,
    headline: str,
    about: str,
    price: int,
    languages: Sequence[str],
    skills: Sequence[Skill],
    hours: Sequence[Hours] | None = None,
) -> ConsultantProfile:
    """Store the editor's values; an approved profile stays approved, and open requests keep their price."""
    profile.headline, profile.about = headline, about
    profile.price, profile.languages = price, list(languages)
    profile.save(update_fields=["headline", "about", "price", "languages"])
    profile.skills.set(skills)
    if hours is not None:
        profile.hours.all().delete()
        UsualHours.objects.bulk_create(
            UsualHours(profile=profile, weekday=day.weekday, opens=day.opens, closes=day.closes)
            for day in hours
        )
    return profile


@transaction.atomic(durable=True)
def change_handle(*, profile: ConsultantProfile, handle: str) -> ConsultantProfile:
    """Move the profile to another address; the old address redirects to it.

    Raises HandleWrong, HandleReserved or HandleTaken.
    """
    old = profile.handle
    if handle == old:
        return profile
    check_handle(handle=handle, profile=profile)
    try:
        with transaction.atomic(savepoint=True):
            ConsultantProfile.objects.filter(pk=profile.pk).update(handle=handle)
    except IntegrityError:
        raise HandleTaken(handle=handle) from None
    FormerHandle.objects.filter(profile=profile, handle=handle).delete()
    FormerHandle.objects.get_or_create(handle=old, defaults={"profile": profile})
    profile.handle = handle
    return profile


def check_handle(*, handle: str, profile: ConsultantProfile) -> str:
    """The handle if this profile may have it; raises HandleWrong, HandleReserved or HandleTaken."""
    if not well_formed(handle):
        raise HandleWrong
    if handle in RESERVED:
        raise HandleReserved(handle=handle)
    if not is_free(handle, profile):
        raise HandleTaken(handle=handle)
    return handle


@transaction.atomic(durable=True)
def submit(*, profile: ConsultantProfile) -> ConsultantProfile:
    """Send the profile to staff; raises ProfileIncomplete or ProfileMovedOn."""
    if missing := missing_content(profile):
        raise ProfileIncomplete(missing=", ".join(missing))
    return _move(profile, (ProfileStatus.DRAFT, ProfileStatus.REFUSED), ProfileStatus.SUBMITTED, note="")


@transaction.atomic(durable=True)
def approve(*, profile: ConsultantProfile, by: User) -> ConsultantProfile:
    """Let clients find and call this consultant; the profile's history records `by`.

    Raises RightMissing, AboutYourself or ProfileMovedOn.
    """
    staff.need_right(by=by, right=staff.DECIDE, about=profile.user)
    _move(profile, (ProfileStatus.SUBMITTED, ProfileStatus.REFUSED), ProfileStatus.APPROVED, note="")
    profile.approved_at = now()
    profile.save(update_fields=["approved_at"])
    staff.write_down(by=by, about=profile, words="Approved.")
    return profile


def refuse(*, profile: ConsultantProfile, by: User, note: str) -> ConsultantProfile:
    """Send the profile back with a note; an approved one goes offline with it.

    The profile's history records `by`. Raises RightMissing, AboutYourself, NoteMissing or
    ProfileMovedOn.
    """
    staff.need_right(by=by, right=staff.DECIDE, about=profile.user)
    note = note.strip()[:400]
    if not note:
        raise NoteMissing
    _send_back(profile, by, note)
    return set_switch(user=profile.user, on=False)


@transaction.atomic(durable=True)
def _send_back(profile: ConsultantProfile, by: User, note: str) -> None:
    _move(profile, (ProfileStatus.SUBMITTED, ProfileStatus.APPROVED), ProfileStatus.REFUSED, note=note)
    staff.write_down(by=by, about=profile, words=f"Sent back: {note}")


def _move(
    profile: ConsultantProfile, allowed: Sequence[ProfileStatus], to: ProfileStatus, *, note: str
) -> ConsultantProfile:
    """A guarded step: the row count of the UPDATE decides whether it happened."""
    claimed = ConsultantProfile.objects.filter(pk=profile.pk, status__in=allowed)
    if not claimed.update(status=to, status_note=note):
        profile.refresh_from_db(fields=["status"])
        raise ProfileMovedOn(status=profile.get_status_display())
    publish.after_commit(f"c:{profile.user_id}")
    profile.refresh_from_db()
    return profile
