"""Accept, decline, cancel: by the two people, in time; and what too late looks like."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from marketplace.core.time import now
from sessions_app.models import Consultation
from sessions_app.states import State
from sessions_app.tests import stage
from wallet.queries import balance

HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked(clara: User, conrad: User, fund: Any) -> Consultation:
    fund(clara, 5000)
    return stage.ring(clara, conrad, at=now())


def state_of(consultation: Consultation) -> str:
    return Consultation.objects.get(pk=consultation.pk).state


def url(consultation: Consultation, verb: str = "") -> str:
    return consultation.get_absolute_url() + (f"{verb}/" if verb else "")


def test_accepting_leads_to_the_room(signed_in: Any, conrad: User, asked: Consultation) -> None:
    answer = signed_in(conrad).post(url(asked, "accept"), headers=HTMX)
    assert answer["HX-Redirect"] == url(asked)
    assert state_of(asked) == State.ACCEPTED


def test_declining_gives_everything_back(
    signed_in: Any, clara: User, conrad: User, asked: Consultation
) -> None:
    answer = signed_in(conrad).post(url(asked, "decline"), {"reason": "not_my_subject"}, headers=HTMX)
    assert answer.status_code == 204
    assert state_of(asked) == State.DECLINED
    assert balance(clara.pk).available == 5000


def test_declining_on_its_own_page_shows_how_it_stands(
    signed_in: Any, conrad: User, asked: Consultation
) -> None:
    here = HTMX | {"HX-Current-URL": f"http://testserver{url(asked)}"}
    answer = signed_in(conrad).post(url(asked, "decline"), {"reason": "busy"}, headers=here)
    assert answer["HX-Redirect"] == url(asked)


def test_declining_without_a_reason_is_asked_for_one(
    signed_in: Any, conrad: User, asked: Consultation
) -> None:
    assert signed_in(conrad).post(url(asked, "decline")).status_code == 422
    assert state_of(asked) == State.RINGING


def test_cancelling_is_free(signed_in: Any, clara: User, asked: Consultation) -> None:
    answer = signed_in(clara).post(url(asked, "cancel"))
    assert answer["Location"] == url(asked)
    assert balance(clara.pk).available == 5000


def test_accepted_too_late_in_a_popup_is_one_kind_line(
    signed_in: Any, conrad: User, clara: User, asked: Consultation
) -> None:
    signed_in(clara).post(url(asked, "cancel"))
    answer = signed_in(conrad).post(url(asked, "accept"), headers=HTMX)
    assert answer["HX-Retarget"] == "#notices"
    assert "It costs you nothing" in answer.content.decode()


def test_accepted_too_late_by_a_plain_form_is_the_true_page_with_one_line(
    signed_in: Any, conrad: User, clara: User, asked: Consultation
) -> None:
    signed_in(clara).post(url(asked, "cancel"))
    answer = signed_in(conrad).post(url(asked, "accept"), follow=True)
    assert answer.status_code == 200
    assert "It costs you nothing" in answer.content.decode()


def test_accepted_after_its_time_although_no_clock_ran(
    signed_in: Any, clara: User, conrad: User, fund: Any
) -> None:
    fund(clara)
    late = stage.ring(clara, conrad, at=now() - timedelta(seconds=61))
    signed_in(conrad).post(url(late, "accept"))
    assert state_of(late) == State.RINGING


@pytest.mark.parametrize("verb", ["", "accept", "decline", "cancel"])
def test_a_stranger_finds_nothing(signed_in: Any, stella: User, asked: Consultation, verb: str) -> None:
    browser = signed_in(stella)
    answer = browser.post(url(asked, verb)) if verb else browser.get(url(asked))
    assert answer.status_code == 404
    assert state_of(asked) == State.RINGING


def test_the_client_cannot_accept_for_the_consultant(
    signed_in: Any, clara: User, asked: Consultation
) -> None:
    signed_in(clara).post(url(asked, "accept"))
    assert state_of(asked) == State.RINGING


@pytest.mark.parametrize("verb", ["accept", "decline", "cancel"])
def test_answers_are_pressed_not_fetched(
    signed_in: Any, conrad: User, asked: Consultation, verb: str
) -> None:
    assert signed_in(conrad).get(url(asked, verb)).status_code == 405


# --- the page while it rings -------------------------------------------------------------------------------


def test_the_clients_page_rings(signed_in: Any, clara: User, asked: Consultation) -> None:
    html = signed_in(clara).get(url(asked)).content.decode()
    assert "<title>Ringing - Conrad</title>" in html
    assert "Cancel request" in html
    assert f'data-topics="q:{asked.pk}"' in html
    assert '<noscript><meta http-equiv="refresh"' in html


def test_the_consultants_page_asks(signed_in: Any, conrad: User, asked: Consultation) -> None:
    html = signed_in(conrad).get(url(asked)).content.decode()
    assert "Accept and join" in html
    assert "Cancel request" not in html


def test_after_the_decline_the_same_address_offers_others(
    signed_in: Any, clara: User, conrad: User, asked: Consultation
) -> None:
    signed_in(conrad).post(url(asked, "decline"), {"reason": "busy"})
    html = signed_in(clara).get(url(asked)).content.decode()
    assert "Cancel request" not in html
    assert "20.00 credits are back" in html


def test_the_forms_of_its_own_page_work_without_scripts(asked: Consultation, conrad: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(conrad)
    page = browser.get(f"/consultations/{asked.pk}/").content.decode()
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert len(tokens) >= 2
    answer = browser.post(
        f"/consultations/{asked.pk}/decline/", {"reason": "busy", "csrfmiddlewaretoken": tokens[0]}
    )
    assert answer.status_code == 302
    assert state_of(asked) == State.DECLINED


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ("accept", "decline", "was accepted a moment ago"),
        ("decline", "accept", "was declined a moment ago"),
        ("cancel", "accept", "was cancelled a moment ago"),
        ("cancel", "decline", "was cancelled a moment ago"),
    ],
)
def test_the_second_of_two_presses_is_told_what_the_first_did(
    asked: Consultation, signed_in: Any, clara: User, conrad: User, first: str, then: str, words: str
) -> None:
    whose = signed_in(clara if first == "cancel" else conrad)
    whose.post(f"/consultations/{asked.pk}/{first}/", {"reason": "busy"})
    late = signed_in(conrad).post(
        f"/consultations/{asked.pk}/{then}/",
        {"reason": "busy"},
        headers=HTMX | {"HX-Current-URL": "http://testserver/desk/"},
    )
    assert late.status_code == 409
    assert words in late.content.decode()
