"""Page and socket show a consultant by the same bytes."""

import re

import pytest
from django.test import Client

from accounts import live
from accounts.models import ConsultantProfile, Shown, User
from accounts.people import services as people
from accounts.profiles import services as profiles
from marketplace.live import registry
from marketplace.live.registry import Ask
from tests.support import cast


def elements(user: User) -> dict[str, str]:
    ask = Ask(str(user.pk), None)
    return {el.id: el.html for el in live.consultants([ask])[ask].els}


@pytest.mark.parametrize("state", Shown.values)
def test_socket_sends_what_the_page_shows(client: Client, conrad: User, state: str) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(shown_state=state, presence_version=3)
    page = client.get("/consultants/conrad/").content.decode()
    for el_id, html in elements(conrad).items():
        assert html.strip() in page, el_id
        assert f'id="{el_id}" data-v="3"' in html


def test_only_the_free_can_be_called(conrad: User) -> None:
    for state, expected in ((Shown.AVAILABLE, 1), (Shown.BUSY, 0), (Shown.AWAY, 0), (Shown.OFFLINE, 0)):
        ConsultantProfile.objects.filter(user=conrad).update(shown_state=state)
        assert elements(conrad)[f"cta-{conrad.pk}"].count("Call now") == expected


@pytest.mark.parametrize("how", ["blocked", "sent back", "gave up"])
def test_a_page_that_still_shows_somebody_who_is_gone_is_told_they_are_offline(
    conrad: User, how: str
) -> None:
    cast.switch_on(conrad)
    before = conrad.profile.presence_version
    leave = {"blocked": _block, "sent back": _send_back, "gave up": _give_up}[how]
    leave(user=conrad)
    ask = Ask(str(conrad.pk), None)
    shown = {el.id: el for el in live.consultants([ask])[ask].els}
    assert "Offline" in shown[f"pr-{conrad.pk}"].html
    assert "is-off" in shown[f"pr-{conrad.pk}"].html
    assert "Call now" not in shown[f"cta-{conrad.pk}"].html
    assert {el.v > before for el in shown.values()} == {True}


def _block(*, user: User) -> None:
    people.block(user=user, by=None)


def _send_back(*, user: User) -> None:
    ada = cast.person("ada", is_staff=True, is_superuser=True)
    profiles.refuse(profile=user.profile, by=ada, note="The photo is missing.")


def _give_up(*, user: User) -> None:
    people.set_roles(user=user, needs_help=True, gives_help=False)


def test_a_change_of_anybody_is_told_to_every_open_list() -> None:
    assert registry.followers("c:41") == ["free:all"]
    assert registry.followers("u:41") == []


def test_the_word_to_open_lists_names_nobody(db: None) -> None:
    ask = Ask("all", None)
    (element,) = live.free([ask])[ask].els
    assert element.html.strip() == f'<span id="free-pulse" data-v="{element.v}" hidden></span>'


def test_an_odd_key_is_nobody(db: None) -> None:
    assert live.consultants([Ask("1 OR 1=1", None), Ask("", None)]) == {}


def test_nobody_hears_of_another_persons_switch(conrad: User, stella: User) -> None:
    assert live.switches([Ask(str(conrad.pk), stella.pk)]) == {}


def test_the_body_names_and_signs_what_the_page_shows(client: Client, conrad: User) -> None:
    page = client.get("/consultants/conrad/").content.decode()
    body = re.search(r"<body[^>]*>", page)
    assert body
    assert f'data-topics="c:{conrad.pk}"' in body[0]
    assert 'data-sig="0.' in body[0]
