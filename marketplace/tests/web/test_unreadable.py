"""Text that no column can hold is refused in words, whatever address it is sent to and wherever it stands."""

import pytest
from django.conf import settings

from accounts.models import User
from marketplace.web.unreadable import Unreadable
from tests.support.door import FORM, Door, cookie_of

pytestmark = pytest.mark.django_db

WORDS = "contains characters that we cannot read"
MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--x--\r\n'


@pytest.fixture
def door() -> Door:
    return Door()


def refused(answer) -> bool:
    return answer.status_code == 400 and WORDS in answer.content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "/%00",
        "/consultants/con%00rad/",
        "/consultants/?q=%00",
        "/consultants/?%00=1",
        "/admin/wallet/topup/?state__exact=%00",
        "/admin/sessions_app/consultation/?state__exact=%00",
        "/admin/accounts/user/?q=%00",
        "/accounts/login/?next=/%00",
    ],
)
def test_an_address_with_a_nul_is_refused_in_words(door: Door, ada: User, target: str) -> None:
    assert refused(door.ask("GET", target, cookies=cookie_of(ada)))


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, "tz", "theme", "anything"])
def test_a_cookie_with_a_nul_is_refused_in_words(door: Door, name: str) -> None:
    assert refused(door.ask("GET", "/settings/", cookies={name: '"abcdefghi\\000j"'}))


def test_a_header_with_a_nul_is_refused_in_words(door: Door) -> None:
    assert refused(door.ask("GET", "/consultants/?q=django", headers={"user-agent": "a\0b"}))


def test_the_demo_sign_in_refuses_a_nul_in_words(door: Door, settings) -> None:
    settings.DEMO = True
    assert refused(door.form("/accounts/demo/", {"email": "a\0b"}))


@pytest.mark.parametrize(
    ("type", "body"),
    [
        (FORM, b"name=a%00b"),
        (FORM, b"na%00me=a"),
        (MULTIPART, PART % (b"name", b"a\0b")),
        (MULTIPART, PART % (b"na\0me", b"a")),
        (f"{MULTIPART}; charset=utf-7", PART % (b"name", b"+2AA-")),  # half of a surrogate pair
        (f"{MULTIPART}; charset=rot13", PART % (b"name", b"a")),
    ],
    ids=["form", "name of a field", "multipart", "name of a part", "surrogate", "no charset"],
)
def test_a_form_that_cannot_be_kept_is_refused_in_words(
    door: Door, clara: User, type: str, body: bytes
) -> None:
    headers = {"content-type": type}
    assert refused(door.ask("POST", "/settings/name/", headers=headers, body=body, cookies=cookie_of(clara)))
    clara.refresh_from_db()
    assert clara.name == "Clara"


def test_a_script_is_told_by_a_code(door: Door, clara: User) -> None:
    answer = door.ask("GET", "/settings/?a=%00", headers={"accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert Unreadable.code in answer.content.decode()


def test_whoever_sends_readable_text_of_any_alphabet_is_let_in(door: Door, clara: User) -> None:
    words = "Zoë \U0001f600 שלום \u202e"
    assert door.form("/settings/name/", {"name": words}, cookies=cookie_of(clara)).status_code == 302
    clara.refresh_from_db()
    assert clara.name == words.strip()
