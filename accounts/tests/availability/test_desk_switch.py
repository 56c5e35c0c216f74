"""The switch as a form: at once for htmx, as a page without it."""

from html import unescape
from typing import Any

import pytest
import redis
from django.test import Client

from accounts.availability.switch import set_switch
from accounts.errors import NotAConsultant
from accounts.models import ConsultantProfile, User
from accounts.tests.availability.leases import hold

HTMX = {"HX-Request": "true"}


def press(client: Client, on: bool, **more: Any) -> Any:
    return client.post("/desk/switch/", {"on": "1" if on else "0"}, **more)


def is_on(user: User) -> bool:
    return ConsultantProfile.objects.get(user=user).accepting


def test_pressing_it_turns_it_on_and_off(signed_in: Any, conrad: User) -> None:
    browser = signed_in(conrad)
    assert press(browser, True)["Location"] == "/desk/"
    assert is_on(conrad)
    press(browser, False)
    assert not is_on(conrad)


def test_htmx_gets_the_switch_as_it_is_now(signed_in: Any, conrad: User, valkey: redis.Redis) -> None:
    hold(valkey, conrad.pk)
    html = press(signed_in(conrad), True, headers=HTMX).content.decode()
    assert 'role="switch" aria-checked="true"' in html
    assert "Clients can call you now" in html


@pytest.mark.parametrize(
    ("profile", "verified", "way_out"),
    [({"status": "draft"}, True, "/desk/profile/"), ({}, False, "/accounts/verify/?next=%2Fdesk%2F")],
    ids=["not approved", "mail not confirmed"],
)
def test_a_refusal_says_why_and_where_to_go(
    signed_in: Any, conrad: User, profile: dict[str, str], verified: bool, way_out: str
) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(**profile, presence_version=4)
    conrad.emailaddress_set.update(verified=verified)
    answer = press(signed_in(conrad), True, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert 'aria-checked="false"' in html
    assert f'href="{way_out}"' in html
    assert not is_on(conrad)


def test_who_gives_no_help_cannot_go_online(signed_in: Any, conrad: User) -> None:
    User.objects.update(gives_help=False)
    answer = press(signed_in(conrad), True, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Your account is set to “I need help” only" in unescape(html)
    assert 'href="/settings/"' in html
    assert not is_on(conrad)


def test_who_is_blocked_meanwhile_cannot_go_online(conrad: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(NotAConsultant):
        set_switch(user=conrad, on=True)
    assert not is_on(conrad)


def test_somebody_without_a_profile_is_told_on_the_desk(signed_in: Any, clara: User) -> None:
    User.objects.update(gives_help=True)
    answer = signed_in(clara).post("/desk/switch/", {"on": "1"}, follow=True)
    assert "until your profile is approved" in answer.content.decode()


def test_signed_out_goes_to_the_sign_in(client: Client) -> None:
    assert press(client, True).status_code == 302


def test_the_switch_is_pressed_not_fetched(signed_in: Any, conrad: User) -> None:
    assert signed_in(conrad).get("/desk/switch/").status_code == 405
