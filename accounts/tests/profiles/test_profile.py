"""A consultant's page: who may see it, where old addresses lead, whose hours it shows."""

from datetime import UTC, datetime, time

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ConsultantProfile, User, UsualHours
from accounts.profiles import services as profiles
from accounts.profiles.views.profile import usual_week

pytestmark = pytest.mark.django_db


def page(client: Client, handle: str = "conrad") -> str:
    return client.get(f"/consultants/{handle}/").content.decode()


def test_a_visitor_reads_price_and_honest_words(client: Client, conrad: User) -> None:
    words = page(client)
    assert "20.00" in words
    assert "at most" in words
    assert "time to say “wrong person”" in words


def test_an_unknown_handle_is_not_found(client: Client) -> None:
    assert client.get("/consultants/nobody/").status_code == 404


@pytest.mark.parametrize("status", ["draft", "submitted", "refused"])
def test_a_profile_that_is_not_approved_is_seen_by_its_owner_and_staff_only(
    client: Client, conrad: User, stella: User, ada: User, status: str
) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(status=status)
    seen = {}
    for person in (None, stella, conrad, ada):
        client.logout()
        if person:
            client.force_login(person)
        seen[person and person.name] = client.get("/consultants/conrad/").status_code
    assert seen == {None: 404, "Stella": 404, "Conrad": 200, "Ada": 200}


def test_the_owner_reads_that_this_is_how_others_see_it(client: Client, conrad: User) -> None:
    client.force_login(conrad)
    assert "This is how others see you" in page(client)


def test_a_former_handle_leads_on_for_good(client: Client, conrad: User) -> None:
    profiles.change_handle(profile=conrad.profile, handle="conrad-the-second")
    answer = client.get("/consultants/conrad/")
    assert (answer.status_code, answer["Location"]) == (301, "/consultants/conrad-the-second/")


def test_a_former_handle_does_not_tell_of_a_hidden_profile(client: Client, conrad: User) -> None:
    profiles.change_handle(profile=conrad.profile, handle="conrad-the-second")
    ConsultantProfile.objects.update(status="refused")
    assert client.get("/consultants/conrad/").status_code == 404


def test_hours_are_read_in_the_visitors_zone_beside_the_consultants_own(conrad: User) -> None:
    monday = UsualHours.objects.create(profile=conrad.profile, weekday=0, opens=time(9), closes=time(17))
    at = datetime(2026, 1, 7, 12, tzinfo=UTC)  # a Wednesday in winter
    with timezone.override("America/New_York"):
        rows = usual_week([monday], "Europe/Stockholm", at)
    assert rows == [{"day": "Monday", "yours": "03:00 to 11:00", "theirs": "09:00 to 17:00"}]


def test_hours_name_the_visitors_day_when_it_is_another_one(conrad: User) -> None:
    monday = UsualHours.objects.create(profile=conrad.profile, weekday=0, opens=time(1), closes=time(3))
    with timezone.override("America/Los_Angeles"):
        rows = usual_week([monday], "Europe/Stockholm", datetime(2026, 1, 7, 12, tzinfo=UTC))
    assert rows[0]["day"] == "Sunday"


def test_what_a_consultant_writes_is_text_and_never_markup(client: Client, conrad: User) -> None:
    ConsultantProfile.objects.update(about="<script>alert(1)</script>", headline="<b>x</b>")
    words = page(client)
    assert "<script>alert" not in words
    assert "<b>x</b>" not in words
