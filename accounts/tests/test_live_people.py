"""Page and socket show a consultant by the same bytes."""

import re

import pytest
from django.test import Client

from accounts import live
from accounts.models import ConsultantProfile, Shown, User
from marketplace.live.registry import Ask


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


def test_a_profile_that_is_not_public_is_not_sent(conrad: User) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(status="refused")
    assert live.consultants([Ask(str(conrad.pk), None)]) == {}


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
