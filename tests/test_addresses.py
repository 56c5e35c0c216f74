"""Every address and every socket of the site, for somebody signed out and for a stranger.

The addresses are read from the URL table: a new one is asked about here before anybody thinks of it.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from marketplace.asgi import application
from marketplace.core.time import now
from marketplace.web.js_catalog import version_of
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.tests import stage
from tests.support import cast
from tests.support.sockets import Socket

# What anybody may open. Everything else asks to sign in first.
PUBLIC = {
    "js_catalog",
    "set_language",
    "home", "directory", "more_free", "profile", "call", "health_live", "health_ready", "theme",
    "demo_sign_in",
    "account_login", "account_signup", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "way_back",
    "account_email_verification_sent", "account_confirm_email", "account_reauthenticate",
}  # fmt: skip
NOT_OURS = ("admin",)
NEEDS_THE_CLOCK = "health_ready"  # says 503 while no deadline loop runs
VERBS = ("accept", "decline", "cancel", "told", "leave", "end")


def named_addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Name and arguments of every address, with values that exist."""
    for pattern, name in patterns(get_resolver()):
        yield name, {key: EXAMPLES[key] for key in pattern.pattern.regex.groupindex}


EXAMPLES = {
    "handle": "conrad",
    "consultation_id": "",
    "file_id": str(uuid.uuid4()),
    "key": "abc",
    "language": "de",
    "version": version_of("de"),
    "uidb36": "1",
    "secret": "abc",
}


def patterns(resolver: URLResolver) -> Iterator[tuple[URLPattern, str]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace not in NOT_OURS:
                yield from patterns(each)
        elif each.name:
            yield each, each.name


@pytest.fixture
def call(clara: User, conrad: User) -> Consultation:
    """Clara and conrad, in the room."""
    cast.fund(clara, 5000)
    return stage.accepted(clara, conrad, at=now())


@pytest.fixture
def addresses(call: Consultation) -> list[tuple[str, str]]:
    values = EXAMPLES | {"consultation_id": str(call.pk)}
    found = []
    for name, arguments in named_addresses():
        with suppress(NoReverseMatch):  # another address of the same name is the one that counts
            found.append((name, reverse(name, kwargs={key: values[key] for key in arguments})))
    return found


def test_signed_out_nothing_private_is_shown(client: Client, addresses: list[tuple[str, str]]) -> None:
    assert len(addresses) > 25
    wrong = []
    for name, path in addresses:
        if name in PUBLIC:
            continue
        for method in (client.get, client.post):
            answer = method(path)
            sent_to_sign_in = answer.status_code == 302 and reverse("account_login") in answer["Location"]
            if not sent_to_sign_in and answer.status_code not in (403, 404, 405):
                wrong.append(f"{name} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_is_public_opens_without_signing_in(client: Client, addresses: list[tuple[str, str]]) -> None:
    statuses = {
        path: client.get(path).status_code for name, path in addresses if name in PUBLIC - {NEEDS_THE_CLOCK}
    }
    assert not {path: status for path, status in statuses.items() if status >= 500}


def test_a_stranger_finds_no_consultation(call: Consultation, stella: User, signed_in) -> None:
    browser = signed_in(stella)
    paths = [reverse("consultation", args=[call.pk])] + [reverse(verb, args=[call.pk]) for verb in VERBS]
    assert browser.get(paths[0]).status_code == 404
    for path in paths[1:]:
        assert browser.post(path, {"reason": "busy"}).status_code == 404, path
        assert browser.get(path).status_code in (404, 405), path
    found = Consultation.objects.get()
    assert (found.state, found.events.filter(actor=stella).count()) == (call.state, 0)


def test_a_stranger_meets_the_same_as_somebody_with_a_made_up_id(
    call: Consultation, stella: User, signed_in
) -> None:
    browser = signed_in(stella)
    real = browser.get(reverse("consultation", args=[call.pk]))
    made_up = browser.get(reverse("consultation", args=[uuid.uuid4()]))
    assert real.status_code == made_up.status_code == 404
    assert len(real.content) == len(made_up.content)


@pytest.mark.parametrize("person", ["clara", "conrad", "stella"])
def test_no_address_fails_for_people_who_are_signed_in(person, request, addresses, stella, signed_in) -> None:
    browser = signed_in(request.getfixturevalue(person))
    browser.raise_request_exception = False
    statuses = {
        f"{method} {path}": getattr(browser, method)(path).status_code
        for name, path in addresses
        for method in ("get", "post")
        if name not in ("account_logout", NEEDS_THE_CLOCK)
    }
    assert not {path: status for path, status in statuses.items() if status >= 500}


def test_ordinary_people_do_not_enter_the_admin(clara: User, signed_in) -> None:
    assert signed_in(clara).get("/admin/").status_code == 302
    assert signed_in(clara).get("/admin/accounts/user/").status_code in (302, 403)


def test_a_form_without_its_token_is_refused(call: Consultation, clara: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clara)
    for verb in VERBS:
        assert browser.post(reverse(verb, args=[call.pk])).status_code == 403
    assert Consultation.objects.get().state == call.state


@pytest.mark.django_db
def test_the_content_policy_is_strict_on_every_page(client: Client) -> None:
    for path in ("/", "/consultants/", "/accounts/login/", "/nowhere/"):
        policy = client.get(path)["Content-Security-Policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip())
        assert directives["script-src"] == directives["style-src"] == "'self'"
        assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
        assert "unsafe" not in policy and "http" not in policy


DENIED = 1000  # by a handshake that fails: 403 in the browser


# --- sockets -----------------------------------------------------------------------------------------


async def close_code(path: str, user: object, *, origin: str = "http://localhost") -> int | None:
    """How the site refuses a socket; None when it lets it in."""
    headers = [(b"origin", origin.encode()), (b"host", b"localhost")]
    socket = Socket(application, path, headers=headers)
    if isinstance(user, User):
        socket.scope["headers"].append((b"cookie", await session_cookie(user)))
    connected, code = await socket.connect()
    if connected:
        code = await code_after_opening(socket)
        await socket.disconnect()
    return code


async def code_after_opening(socket: Socket) -> int | None:
    """Some refusals come right after the handshake, so that browsers can read the code.

    Whoever was let in is answered, even to a frame that means nothing.
    """
    await socket.send_json_to({"t": "nothing"})
    while True:
        message = await socket.receive_output()
        if message["type"] == "websocket.close":
            return int(message["code"])
        if json.loads(message["text"])["t"] == "err":
            return None


async def session_cookie(user: User) -> bytes:
    from asgiref.sync import sync_to_async

    browser = Client()
    await sync_to_async(browser.force_login)(user)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


@pytest.mark.django_db(transaction=True)
class TestSockets:
    async def test_signed_out_nobody_enters_a_room(self, call: Consultation) -> None:
        assert await close_code(f"/ws/room/{call.pk}/", AnonymousUser()) == 4401

    async def test_a_stranger_enters_no_room(self, call: Consultation, stella: User) -> None:
        assert await close_code(f"/ws/room/{call.pk}/", stella) in (4403, 4404)

    async def test_a_room_that_never_was_cannot_be_told_from_a_strangers(
        self, call: Consultation, stella: User
    ) -> None:
        made_up = await close_code(f"/ws/room/{uuid.uuid4()}/", stella)
        assert made_up == await close_code(f"/ws/room/{call.pk}/", stella)

    async def test_the_two_people_enter(self, call: Consultation, clara: User) -> None:
        assert await close_code(f"/ws/room/{call.pk}/", clara) is None

    async def test_another_site_cannot_open_a_socket(self, call: Consultation, clara: User) -> None:
        elsewhere = ("https://elsewhere.example", "http://localhost:81", "https://localhost")
        for path in (f"/ws/room/{call.pk}/", "/ws/live/"):
            for origin in elsewhere:
                assert await close_code(path, clara, origin=origin) == DENIED, (path, origin)


@pytest.mark.django_db
def test_what_is_over_lets_nobody_in_again(clara: User, conrad: User) -> None:
    cast.fund(clara, 5000)
    consultation = stage.ring(clara, conrad, at=now() - timedelta(seconds=5))
    requests.cancel(consultation_id=consultation.pk, user=clara)
    browser = Client()
    browser.force_login(clara)
    assert browser.get(consultation.get_absolute_url()).status_code == 200
    assert EmailAddress.objects.filter(user=clara, verified=True).exists()
