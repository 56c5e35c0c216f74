"""What may be kept of an answer: nothing of a person, and no piece in the place of a public page."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from marketplace.core.time import now
from sessions_app.requests import drafts
from sessions_app.requests.forms import DRAFT
from sessions_app.tests import stage
from tests.fuzz.site_map import addresses
from tests.support import cast

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PUBLIC = ["/", "/consultants/", "/consultants/?q=django", "/consultants/conrad/", "/nowhere/"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "piece"])
def test_nothing_that_a_signed_in_person_sees_is_kept(
    signed_in: Any, ada: User, conrad: User, headers: dict[str, str]
) -> None:
    """At every address: pages, pieces, the table for a spreadsheet, the admin, refusals."""
    cast.fund(ada, 5000)
    call = stage.accepted(ada, conrad, at=now())
    browser = signed_in(ada)
    browser.raise_request_exception = False
    paths = [address.usual_path([str(call.pk), "conrad", str(ada.pk)]) for address in addresses()]
    asked = [path for path in paths if not path.startswith("/health/")]  # of no person

    answers = {path: browser.get(path, headers=headers) for path in asked if "logout" not in path}

    kept = [path for path, answer in answers.items() if "no-store" not in answer.get("Cache-Control", "")]
    assert not kept
    shown = [path for path, answer in answers.items() if answer.status_code == 200]
    assert len(shown) > 30 and {"/wallet/statement.csv", "/settings/", "/admin/"} <= set(shown)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_of_a_visitor_may_be_kept(client: Client, conrad: User, path: str) -> None:
    assert not client.get(path).has_header("Cache-Control")


@pytest.mark.parametrize("path", [*PUBLIC, "/wallet/top-up/", "/consultants/conrad/call/"])
def test_a_piece_is_never_kept_in_the_place_of_the_page(
    client: Client, signed_in: Any, clara: User, conrad: User, path: str
) -> None:
    for browser in (client, signed_in(clara)):
        for headers in ({}, HTMX):
            assert "HX-Request" in browser.get(path, headers=headers)["Vary"]


def test_the_draft_of_a_visitor_is_theirs_alone(client: Client, conrad: User) -> None:
    session = client.session
    texts = {"topic": "My secret", "link": "", "snippet": ""}
    session[DRAFT] = drafts.keep(draft_id=None, texts=texts, address="203.0.113.9")
    session.save()
    answer = client.get("/consultants/conrad/call/")
    assert "My secret" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
