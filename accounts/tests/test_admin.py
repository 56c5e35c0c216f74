"""What staff can and cannot do to people in the admin."""

import pytest
from django.test import Client

from accounts.models import ConsultantProfile, User
from tests.support import cast

pytestmark = pytest.mark.django_db
PROFILES = "/admin/accounts/consultantprofile/"
USERS = "/admin/accounts/user/"


@pytest.fixture
def staff(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def act(staff: Client, url: str, action: str, pk: int | None, **extra: str) -> str:
    form = {"action": action, "_selected_action": str(pk), **extra}
    return staff.post(url, form, follow=True).content.decode()


def test_a_profile_is_approved_by_an_action(staff: Client, conrad: User) -> None:
    ConsultantProfile.objects.update(status="submitted")
    assert "approved" in act(staff, PROFILES, "approve", conrad.profile.pk)
    assert ConsultantProfile.objects.get().status == "approved"


def test_a_profile_is_sent_back_with_a_note(staff: Client, conrad: User) -> None:
    ConsultantProfile.objects.update(status="submitted")
    assert "Write in the note" in act(staff, PROFILES, "send_back", conrad.profile.pk)
    act(staff, PROFILES, "send_back", conrad.profile.pk, note="Which courts?")
    assert ConsultantProfile.objects.get().status_note == "Which courts?"


def test_a_user_is_blocked_signed_out_and_let_in_again(staff: Client, clara: User) -> None:
    hers = Client()
    hers.force_login(clara)
    act(staff, USERS, "block", clara.pk)
    assert hers.get("/settings/").status_code == 302
    act(staff, USERS, "unblock", clara.pk)
    assert User.objects.get(pk=clara.pk).is_active


def test_staff_do_not_block_themselves(staff: Client, ada: User) -> None:
    act(staff, USERS, "block", ada.pk)
    assert User.objects.get(pk=ada.pk).is_active


def test_no_row_moves_a_state_and_no_page_shows_a_password(staff: Client, conrad: User) -> None:
    profile = f"{PROFILES}{conrad.profile.pk}/change/"
    assert staff.post(profile, {"status": "refused", "price": "1"}).status_code == 403
    page = staff.get(f"{USERS}{conrad.pk}/change/").content.decode()
    assert conrad.password not in page
    assert "is_active" not in page.partition("</form>")[0].partition('type="checkbox" name="is_active"')[1]


@pytest.mark.parametrize("path", ["", "accounts/user/", "accounts/consultantprofile/", "accounts/skill/"])
def test_every_staff_page_opens_for_staff_only(staff: Client, clara: User, conrad: User, path: str) -> None:
    assert staff.get(f"/admin/{path}").status_code == 200
    hers = Client()
    hers.force_login(clara)
    assert hers.get(f"/admin/{path}").status_code == 302


@pytest.mark.parametrize("path", ["accounts/user/add/", "accounts/consultantprofile/add/"])
def test_people_are_not_made_by_hand(staff: Client, path: str) -> None:
    assert staff.get(f"/admin/{path}").status_code == 403


@pytest.mark.parametrize(
    ("url", "action", "extra"), [(PROFILES, "send_back", {"note": "No."}), (USERS, "block", {})]
)
def test_who_is_sent_back_or_blocked_goes_offline(
    staff: Client, conrad: User, url: str, action: str, extra: dict[str, str]
) -> None:
    cast.switch_on(conrad)
    act(staff, url, action, conrad.profile.pk if url == PROFILES else conrad.pk, **extra)
    profile = ConsultantProfile.objects.get()
    assert (profile.accepting, profile.shown_state) == (False, "offline")
