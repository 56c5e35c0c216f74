"""The services ask for the right themselves, whatever page or API calls them."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from accounts.errors import AboutYourself, NoteMissing, RightMissing, SuperuserNeeded
from accounts.models import ConsultantProfile, User
from accounts.people import services as people
from accounts.profiles import services as profiles
from tests.support import cast

pytestmark = pytest.mark.django_db

DECISIONS: dict[str, Callable[[User, User], object]] = {
    "block": lambda by, about: people.block(user=about, by=by),
    "unblock": lambda by, about: people.unblock(user=about, by=by),
    "approve": lambda by, about: profiles.approve(profile=about.profile, by=by),
    "refuse": lambda by, about: profiles.refuse(profile=about.profile, by=by, note="No."),
}
RIGHTS = {
    "block": "change_user",
    "unblock": "change_user",
    "approve": "change_consultantprofile",
    "refuse": "change_consultantprofile",
}


@pytest.fixture(autouse=True)
def sent(conrad: User) -> None:
    ConsultantProfile.objects.update(status="submitted")


def holder(decision: str, **fields: bool) -> User:
    """Somebody with the right for this decision, staff or not."""
    user = cast.person("otto", **fields)
    user.user_permissions.add(Permission.objects.get(codename=RIGHTS[decision]))
    return user


def unchanged(conrad: User) -> bool:
    conrad.refresh_from_db()
    status = ConsultantProfile.objects.get(user=conrad).status
    return conrad.is_active and status == "submitted" and not LogEntry.objects.exists()


@pytest.mark.parametrize("decision", DECISIONS)
def test_who_has_the_right_decides_and_it_is_written_down(conrad: User, decision: str) -> None:
    by = holder(decision, is_staff=True)

    DECISIONS[decision](by, conrad)

    assert LogEntry.objects.get().user == by


@pytest.mark.parametrize("decision", DECISIONS)
def test_staff_without_the_right_decide_nothing(conrad: User, decision: str) -> None:
    with pytest.raises(RightMissing):
        DECISIONS[decision](cast.person("rita", is_staff=True), conrad)

    assert unchanged(conrad)


@pytest.mark.parametrize("decision", DECISIONS)
def test_right_without_being_staff_decides_nothing(conrad: User, decision: str) -> None:
    with pytest.raises(RightMissing):
        DECISIONS[decision](holder(decision), conrad)

    assert unchanged(conrad)


@pytest.mark.parametrize("decision", DECISIONS)
def test_superuser_decides_nothing_about_themselves(conrad: User, decision: str) -> None:
    User.objects.filter(pk=conrad.pk).update(is_staff=True, is_superuser=True)
    conrad.refresh_from_db()

    with pytest.raises(AboutYourself):
        DECISIONS[decision](conrad, conrad)

    assert unchanged(conrad)


@pytest.mark.parametrize("decision", ["block", "unblock"])
def test_superuser_is_blocked_and_unblocked_by_superusers_alone(ada: User, decision: str) -> None:
    with pytest.raises(SuperuserNeeded):
        DECISIONS[decision](holder(decision, is_staff=True), ada)

    DECISIONS[decision](cast.person("boss", is_staff=True, is_superuser=True), ada)


def test_profile_that_was_not_sent_back_has_no_line_in_its_history(conrad: User, ada: User) -> None:
    with pytest.raises(NoteMissing):
        profiles.refuse(profile=conrad.profile, by=ada, note=" ")

    assert unchanged(conrad)
