"""The consultant's editor: drafts, handles, prices, hours, approval."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.errors import (
    HandleReserved,
    HandleTaken,
    HandleWrong,
    NoteMissing,
    ProfileIncomplete,
    ProfileMovedOn,
)
from accounts.models import ConsultantProfile, ProfileStatus, Skill, User
from accounts.profiles import handles
from accounts.profiles import services as profiles
from accounts.profiles.prices import after_fee, as_typed, parse_price
from tests.support import cast

pytestmark = pytest.mark.django_db
URL = "/desk/profile/"


@pytest.fixture
def nora(db: None, client: Client) -> User:
    """A new consultant without a profile, signed in."""
    user = cast.person("nora", gives_help=True)
    client.force_login(user)
    return user


def filled(**changes: object) -> dict[str, Any]:
    tax = Skill.objects.get_or_create(slug="tax", defaults={"name": "Tax"})[0]
    return {
        "headline": "Tax adviser",
        "about": "VAT across borders, home office, that letter from the tax office.",
        "skills": [tax.pk],
        "languages": ["en", "cs"],
        "price": "32.50",
        **changes,
    }


def test_the_first_visit_makes_a_draft_with_a_proposed_handle(client: Client, nora: User) -> None:
    assert client.get(URL).status_code == 200
    assert ConsultantProfile.objects.get(user=nora).handle == "nora"
    assert nora.profile.status == ProfileStatus.DRAFT


def test_a_client_is_offered_the_other_role_in_one_click(client: Client, clara: User) -> None:
    client.force_login(clara)
    assert "I only give help" in client.get(URL).content.decode()
    client.post("/settings/roles/", {"role": "both", "next": URL})
    assert client.get(URL).status_code == 200
    assert ConsultantProfile.objects.filter(user=clara).exists()


def test_saving_keeps_everything_that_was_typed(client: Client, nora: User) -> None:
    client.post(URL, filled(opens_0="09:00", closes_0="17:00"))
    profile = ConsultantProfile.objects.get(user=nora)
    assert (profile.headline, profile.price, profile.languages) == ("Tax adviser", 3250, ["en", "cs"])
    assert [skill.slug for skill in profile.skills.all()] == ["tax"]
    assert [str(day) for day in profile.hours.all()] == ["0 09:00-17:00"]


def test_half_a_profile_can_be_saved_but_not_sent(client: Client, nora: User) -> None:
    answer = client.post(URL, {"headline": "Tax", "price": "20", "send": "1"}, follow=True)
    assert "Still missing" in answer.content.decode()
    profile = ConsultantProfile.objects.get(user=nora)
    assert (profile.headline, profile.status) == ("Tax", ProfileStatus.DRAFT)


def test_a_complete_profile_is_sent_and_says_so(client: Client, nora: User) -> None:
    answer = client.post(URL, filled(send="1"), follow=True)
    assert "Sent. We read every profile" in answer.content.decode()
    assert ConsultantProfile.objects.get(user=nora).status == ProfileStatus.SUBMITTED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"price": "twenty"}, "such as 20 or 20.50"),
        ({"price": "4.99"}, "Enter a price between 5 and 200 credits."),
        ({"price": "200.01"}, "Enter a price between 5 and 200 credits."),
        ({"price": "1e3"}, "such as 20 or 20.50"),
        ({"skills": [999_999]}, "Select a valid choice"),
        ({"languages": ["xx"]}, "Select a valid choice"),
        ({"headline": "x" * 81}, "at most 80"),
        ({"opens_2": "09:00"}, "Wednesday: enter both times"),
        ({"opens_2": "17:00", "closes_2": "09:00"}, "Wednesday: the end must be later"),
        ({"opens_2": "25:00", "closes_2": "26:00"}, "Enter a valid time"),
    ],
)
def test_bad_input_is_said_changes_nothing_and_keeps_the_text(
    client: Client, nora: User, change: dict[str, Any], words: str
) -> None:
    client.get(URL)
    answer = client.post(URL, filled(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "VAT across borders" in answer.content.decode()
    assert ConsultantProfile.objects.get(user=nora).about == ""


def test_nine_skills_are_one_too_many(client: Client, nora: User) -> None:
    skills = [Skill.objects.create(slug=f"s{number}", name=f"S{number}").pk for number in range(9)]
    assert "Choose up to 8" in client.post(URL, filled(skills=skills)).content.decode()


def test_editing_an_approved_profile_keeps_it_approved(client: Client, conrad: User) -> None:
    client.force_login(conrad)
    client.post(URL, filled())
    profile = ConsultantProfile.objects.get(user=conrad)
    assert (profile.status, profile.price) == (ProfileStatus.APPROVED, 3250)


def test_the_share_is_computed_by_the_server_while_one_types(client: Client, nora: User) -> None:
    assert "<b>16.00</b> of 20.00" in client.get("/desk/profile/share/?price=20").content.decode()
    assert "Enter the price" in client.get("/desk/profile/share/?price=lots").content.decode()


@pytest.mark.parametrize(("typed", "amount"), [("20", 2000), ("20.5", 2050), ("20,05", 2005), (" 7 ", 700)])
def test_prices_are_read_as_people_type_them(typed: str, amount: int) -> None:
    assert parse_price(typed) == amount


@pytest.mark.parametrize("typed", ["", "-1", "1.234", "1 000", "ten", "٣", "1e2", "0x10", ".5", "99999999"])
def test_what_is_no_amount_is_no_price(typed: str) -> None:
    assert parse_price(typed) is None


def test_the_fee_is_rounded_down_for_the_site() -> None:
    assert (after_fee(2000, 2000), after_fee(999, 2000), as_typed(2050)) == (1600, 800, "20.50")


@pytest.mark.parametrize(
    "handle", ["ab", "Anna", "anna_b", "-anna", "anna-", "an--na", "a" * 41, "änna", "anna\n", ""]
)
def test_a_malformed_handle_is_refused(conrad: User, handle: str) -> None:
    with pytest.raises(HandleWrong):
        profiles.change_handle(profile=conrad.profile, handle=handle)


@pytest.mark.parametrize("handle", ["admin", "settings", "wallet", "support", "sign-in"])
def test_a_reserved_handle_is_refused(conrad: User, handle: str) -> None:
    with pytest.raises(HandleReserved):
        profiles.change_handle(profile=conrad.profile, handle=handle)


def test_another_persons_handle_is_taken_also_the_one_they_gave_up(conrad: User) -> None:
    other = cast.consultant("otto")
    profiles.change_handle(profile=other.profile, handle="otto-the-great")
    for handle in ("otto", "otto-the-great"):
        with pytest.raises(HandleTaken):
            profiles.change_handle(profile=conrad.profile, handle=handle)


def test_one_may_go_back_to_the_handle_one_had(client: Client, conrad: User) -> None:
    profiles.change_handle(profile=conrad.profile, handle="conny")
    profiles.change_handle(profile=conrad.profile, handle="conrad")
    assert client.get("/consultants/conrad/").status_code == 200
    assert client.get("/consultants/conny/")["Location"] == "/consultants/conrad/"


def test_the_form_says_why_a_handle_is_refused_and_keeps_it(client: Client, nora: User) -> None:
    client.get(URL)
    answer = client.post("/desk/profile/address/", {"handle": "Admin"})
    assert answer.status_code == 422
    assert "is reserved for the site" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Tomáš Beran", "tomas-beran"), ("李", "expert"), ("Admin", "expert-admin"), ("Jo", "expert-jo")],
)
def test_a_handle_is_proposed_from_any_name(db: None, name: str, handle: str) -> None:
    assert handles.propose(name) == handle


@pytest.mark.parametrize("handle", ["ab", "a--b", "-ab", "ab-", "Abc", "a" * 41])
def test_no_page_and_no_admin_takes_a_handle_of_another_shape(conrad: User, handle: str) -> None:
    with pytest.raises(ValidationError, match="single hyphens"):
        ConsultantProfile(handle=handle).clean_fields(exclude={"user"})
    with pytest.raises(HandleWrong):
        profiles.change_handle(profile=conrad.profile, handle=handle)


def test_two_people_of_one_name_get_two_handles(conrad: User) -> None:
    assert handles.propose("Conrad") == "conrad-2"


def test_staff_approve_once_and_only_what_was_sent(conrad: User, ada: User) -> None:
    ConsultantProfile.objects.update(status="submitted")
    profiles.approve(profile=conrad.profile, by=ada)
    with pytest.raises(ProfileMovedOn):
        profiles.approve(profile=conrad.profile, by=ada)


def test_a_draft_cannot_be_approved(nora: User, ada: User) -> None:
    with pytest.raises(ProfileMovedOn):
        profiles.approve(profile=profiles.draft_for(user=nora), by=ada)


def test_sending_back_needs_a_note_and_shows_it(client: Client, conrad: User, ada: User) -> None:
    with pytest.raises(NoteMissing):
        profiles.refuse(profile=conrad.profile, by=ada, note="  ")
    profiles.refuse(profile=conrad.profile, by=ada, note="Please say which courts.")
    client.force_login(conrad)
    assert "Please say which courts." in client.get(URL).content.decode()
    assert not ConsultantProfile.objects.get(user=conrad).accepting


def test_an_unfinished_profile_cannot_be_sent(nora: User) -> None:
    with pytest.raises(ProfileIncomplete) as refused:
        profiles.submit(profile=profiles.draft_for(user=nora))
    assert "a headline" in refused.value.message
