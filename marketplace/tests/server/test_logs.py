"""The log of a whole journey holds nobody's codes, keys, links, addresses or topics."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core import mail
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils.module_loading import import_string

from accounts.models import ConsultantProfile, User
from accounts.people import way_back
from marketplace.core.time import now
from marketplace.server.logs import JsonLine
from marketplace.web.secrecy import SHOWN, error_text, shown_path, without_secrets
from sessions_app.models import Consultation
from sessions_app.tests import stage

ADDRESS, THIEF, PASSWORD = "nora@mail.example.org", "thief@mail.example.org", "seven-green-boats"
TOPIC, LINE = "my divorce in Bergen", "I am in a meeting until four"
SECRET_NAMES = ("uidb36", "key", "secret", "token")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site writes: our formatter on the root logger, levels as they are configured."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(import_string(settings.LOGGING["formatters"]["line"]["()"])())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


def link_in(body: str) -> str:
    found = re.search(r"http://testserver(/accounts/\S+/\S{20,}/)", body)
    assert found
    return found[1]


def code_mailed() -> str:
    return mail.outbox[-1].subject[-6:]


class Nora:
    """Goes through the site in one browser and remembers every secret that she meets."""

    def __init__(self) -> None:
        self.browser = Client(raise_request_exception=False)
        self.secrets = [ADDRESS, THIEF, PASSWORD, TOPIC, LINE]

    def signs_up(self) -> None:
        form = {"email": ADDRESS, "name": "Nora", "password1": PASSWORD, "role": "both"}
        self.browser.post("/accounts/signup/", form)
        self.browser.post("/accounts/verify/send/")
        self.secrets.append(code_mailed())
        self.browser.post("/accounts/verify/", {"code": code_mailed()})

    def is_called(self, ring: Callable[[], Consultation]) -> None:
        call = ring()
        self.browser.get(f"/consultations/{call.pk}/?topic={TOPIC}")
        self.browser.post(f"/consultations/{call.pk}/line/", {"line": LINE})
        self.browser.post(f"/consultations/{call.pk}/accept/")
        self.browser.post(f"/consultations/{call.pk}/messages/", {"text": TOPIC})
        self.browser.get(f"/consultations/{call.pk}/messages/?after={TOPIC}")

    def tops_up_and_looks_around(self) -> None:
        self.browser.post("/wallet/top-up/", {"amount": "10"})
        self.browser.get(f"/consultants/?q={TOPIC}")
        self.browser.get(f"/live/?topics={TOPIC}", headers={"Referer": f"http://testserver/?q={TOPIC}"})

    def changes_the_address_and_goes_back(self) -> None:
        self.browser.post("/accounts/email/", {"email": THIEF, "password": PASSWORD})
        self.secrets.append(code_mailed())
        self.browser.post("/accounts/verify/", {"code": code_mailed()})
        self.opens(link_in(mail.outbox[-1].body))

    def resets(self) -> None:
        self.browser.post("/accounts/password/reset/", {"email": ADDRESS})
        self.opens(link_in(mail.outbox[-1].body))

    def opens(self, link: str) -> None:
        """As it was mailed, mistyped, from another site, while the server fails, and pressed."""
        self.secrets.append(link.rstrip("/").rpartition("/")[2].partition("-")[2] or link.split("/")[-2])
        self.browser.get(link.rstrip("/"))
        self.browser.get(link + "x")
        self.browser.get(f"/no/such/page{link}")
        Client(enforce_csrf_checks=True).post(link)
        broken = RuntimeError(f"no answer for {ADDRESS} at http://testserver{link}?next={TOPIC}")
        with (
            patch.object(way_back, "_hash", side_effect=broken),
            patch("django.shortcuts.render", side_effect=broken),
        ):
            self.browser.get(link)
        self.browser.get(link)
        chosen = self.browser.post(link, follow=True)
        self.browser.post(chosen.request["PATH_INFO"], {"password1": PASSWORD})


@pytest.mark.django_db
def test_the_log_of_a_whole_journey_holds_no_secret(
    log: io.StringIO, clara: User, fund: Callable[..., None]
) -> None:
    nora = Nora()
    nora.signs_up()
    person = User.objects.get(email=ADDRESS)
    ConsultantProfile.objects.create(user=person, handle="nora", status="approved", price=2000)
    fund(clara, 5000)
    nora.is_called(lambda: stage.ring(clara, person, at=now(), topic=TOPIC))
    nora.tops_up_and_looks_around()
    nora.changes_the_address_and_goes_back()
    nora.resets()
    nora.browser.post("/accounts/logout/")
    with pytest.raises(IntegrityError), transaction.atomic(savepoint=True):
        User.objects.create_user(ADDRESS)

    written = log.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    paths = {line["path"] for line in lines if line["log"] == "quarter.request"}
    assert {"/accounts/way-back/…/", "/accounts/password/reset/key/…-…/", "/no/…"} <= paths
    assert any("RuntimeError" in line.get("error", "") for line in lines)
    assert any("Forbidden" in line["msg"] for line in lines)
    assert [secret for secret in nora.secrets if secret in written] == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/consultants/conrad/", "/consultants/conrad/"),
        ("/accounts/password/reset/key/1-abc1/", "/accounts/password/reset/key/…-…/"),
        ("/accounts/way-back/a/", "/accounts/way-back/…/"),
        ("/accounts/confirm-email/abc/", "/accounts/confirm-email/…/"),
        ("/accounts/password/reset/key/1-abc", "/accounts/…"),
        ("/wp-login.php", "/wp-login.php"),
        ("/bookings/feed/Hp3xUQ.ics", "/bookings/…"),
        ("/" + "x" * 40, "/" + "x" * 32 + "/…"),
        ("/static/css/app.css", "/static/css/app.css"),
    ],
)
def test_a_path_is_written_without_what_may_be_secret_in_it(path: str, shown: str) -> None:
    assert shown_path(path) == shown


def captured(resolver: URLResolver) -> Iterator[str]:
    for each in resolver.url_patterns:
        yield from each.pattern.regex.groupindex
        if isinstance(each, URLResolver):
            yield from captured(each)


def test_no_route_shows_a_part_that_nobody_thought_of() -> None:
    """A new name of a part is blanked until somebody adds it to SHOWN; a secret must not be called so."""
    names = set(captured(get_resolver()))
    assert names - SHOWN == {"secret", "key", "uidb36", "url"}
    assert not SHOWN & set(SECRET_NAMES)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Forbidden: /accounts/way-back/abcdef/", "Forbidden: /accounts/way-back/…/"),
        (
            "<WebRequest uri=/live/?topics=u%3A7 clientproto=HTTP/1.1>",
            "<WebRequest uri=/live/?… clientproto=HTTP/1.1>",
        ),
        ("https://a.example/accounts/way-back/abc?x=1", "https://a.example/accounts/way-back/…?…"),
        ("{'nora@mail.example.org': (550, b'no')}", "{'…@…': (550, b'no')}"),
        ('File "/srv/quarter/accounts/views.py", line 3', 'File "/srv/quarter/accounts/views.py", line 3'),
    ],
)
def test_words_of_other_programs_are_written_without_secrets(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.django_db
def test_an_error_of_the_database_is_written_without_the_row(clara: User) -> None:
    with pytest.raises(IntegrityError) as twice, transaction.atomic(savepoint=True):
        User.objects.create_user(clara.email, name=TOPIC)
    text = error_text(twice.value)
    assert "user_email_once" in text
    assert "DETAIL" not in text
    assert clara.email not in text


@pytest.mark.django_db
def test_a_value_that_the_database_cannot_read_is_not_written() -> None:
    with (
        pytest.raises(DataError) as unreadable,
        transaction.atomic(savepoint=True),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT %s::integer", [TOPIC])
    assert "invalid input syntax" in error_text(unreadable.value)
    assert TOPIC not in error_text(unreadable.value)


def test_fields_of_a_line_keep_their_shape_and_lose_their_secrets() -> None:
    fields = {"ids": [1, 2], "who": ["clara@example.com"]}
    record: Any = logging.makeLogRecord(
        {"msg": "x", "levelname": "INFO", "name": "quarter", "fields": fields}
    )
    line = json.loads(JsonLine().format(record))
    assert (line["level"], line["ids"], line["who"]) == ("info", [1, 2], ["…@…"])


@pytest.mark.django_db
def test_the_embedded_database_logs_neither_statements_nor_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')"
        )
        assert cursor.fetchone() == ("panic", "terse")
