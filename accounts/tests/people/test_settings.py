"""What a person chooses for themselves."""

import pytest
from django.test import Client

from accounts.errors import NoRoleChosen
from accounts.models import User
from accounts.people import services as people
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_clara(client: Client, clara: User) -> Client:
    client.force_login(clara)
    return client


@pytest.mark.parametrize(
    ("role", "needs", "gives"), [("needs", True, False), ("gives", False, True), ("both", True, True)]
)
def test_the_role_is_changed_in_one_click(
    as_clara: Client, clara: User, role: str, needs: bool, gives: bool
) -> None:
    as_clara.post("/settings/roles/", {"role": role})
    clara.refresh_from_db()
    assert (clara.needs_help, clara.gives_help) == (needs, gives)


def test_a_made_up_role_changes_nothing(as_clara: Client, clara: User) -> None:
    assert as_clara.post("/settings/roles/", {"role": "king"}).status_code == 400
    with pytest.raises(NoRoleChosen):
        people.set_roles(user=clara, needs_help=False, gives_help=False)


def test_the_time_zone_is_corrected_and_times_follow(as_clara: Client, clara: User) -> None:
    as_clara.post("/settings/time-zone/", {"time_zone": "America/New York"})
    clara.refresh_from_db()
    assert clara.time_zone == "America/New_York"
    assert "New York (UTC" in as_clara.get("/settings/").content.decode()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "x" * 100])
def test_an_unknown_zone_is_refused_and_kept_in_the_field(as_clara: Client, clara: User, zone: str) -> None:
    assert as_clara.post("/settings/time-zone/", {"time_zone": zone}).status_code == 422
    clara.refresh_from_db()
    assert clara.time_zone == ""


def test_the_name_is_changed(as_clara: Client, clara: User) -> None:
    as_clara.post("/settings/name/", {"name": " Clara  Oswald "})
    clara.refresh_from_db()
    assert clara.name == "Clara Oswald"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_does_not_fit_is_refused(as_clara: Client, clara: User, name: str) -> None:
    assert as_clara.post("/settings/name/", {"name": name}).status_code == 422
    clara.refresh_from_db()
    assert clara.name == "Clara"


def test_a_demo_account_keeps_its_name(as_clara: Client, clara: User) -> None:
    User.objects.update(is_demo=True)
    assert as_clara.post("/settings/name/", {"name": "Somebody"}).status_code == 403


def test_the_theme_is_kept_in_a_cookie_and_drawn_by_the_server(client: Client) -> None:
    client.post("/settings/theme/", {"theme": "dark", "next": "/consultants/"})
    assert 'data-theme="dark"' in client.get("/consultants/").content.decode()
    client.post("/settings/theme/", {"theme": ""})
    assert "data-theme" not in client.get("/consultants/").content.decode().partition(">")[0]


def test_a_made_up_theme_is_none(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert "<script>" not in client.get("/consultants/").content.decode().partition("<head>")[0]


def test_settings_belong_to_somebody_signed_in(client: Client) -> None:
    for path in ("/settings/", "/desk/profile/", "/accounts/email/", "/accounts/welcome/"):
        assert client.get(path)["Location"].startswith("/accounts/login/?next=")


def test_somebody_without_a_portrait_is_drawn_by_initials(as_clara: Client, clara: User) -> None:
    User.objects.update(name="Clara Oswald")
    assert ">CO</text>" in as_clara.get("/settings/").content.decode()


def test_a_drawn_portrait_is_shown(as_clara: Client) -> None:
    User.objects.update(portrait="people/mara.svg")
    assert "img/people/mara.svg" in as_clara.get("/settings/").content.decode()


def test_who_stops_giving_help_goes_offline(client: Client, conrad: User) -> None:
    cast.switch_on(conrad)
    client.force_login(conrad)
    client.post("/settings/roles/", {"role": "needs"})
    conrad.profile.refresh_from_db()
    assert (conrad.profile.accepting, conrad.profile.shown_state) == (False, "offline")


def test_calls_through_the_relay_only_are_offered_where_there_is_a_relay(
    as_clara: Client, clara: User, settings
) -> None:
    assert "Privacy in calls" not in as_clara.get("/settings/").text
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.example.org"], "north"
    assert "Send my calls through our relay only" in as_clara.get("/settings/").text
    as_clara.post("/settings/privacy/", {"relay_only": "on"})
    clara.refresh_from_db()
    assert clara.relay_only
    as_clara.post("/settings/privacy/", {})
    clara.refresh_from_db()
    assert not clara.relay_only


def test_a_relay_that_went_away_is_told_to_whoever_asked_for_it(as_clara: Client) -> None:
    as_clara.post("/settings/privacy/", {"relay_only": "on"})
    assert "your calls cannot connect" in as_clara.get("/settings/").text
