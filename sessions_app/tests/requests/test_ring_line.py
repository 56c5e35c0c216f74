"""A line to the ringing client before there is an answer."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from marketplace.core import rules
from marketplace.core.time import now, travel
from marketplace.live.registry import Ask
from sessions_app import errors
from sessions_app.models import Consultation, Event
from sessions_app.requests import live
from sessions_app.requests import place as requests
from sessions_app.states import EndReason, State
from sessions_app.tests import stage

LINE = "Give me <half> a minute"


@pytest.fixture
def asked(clara: User, conrad: User, fund: Any) -> Consultation:
    fund(clara, 5000)
    return stage.ring(clara, conrad, at=now())


def send(browser: Client, call: Consultation, line: str = LINE, **more: Any) -> Any:
    return browser.post(f"/consultations/{call.pk}/line/", {"line": line}, **more)


def told(call: Consultation, viewer: User) -> Any:
    ask = Ask(str(call.pk), viewer.pk)
    return live.progress([ask])[ask].els[0]


def written(call: Consultation) -> tuple[str, str, int]:
    call.refresh_from_db()
    return call.state, call.ring_line, Event.objects.filter(kind="replied").count()


def test_the_line_is_on_the_ringing_page_and_it_goes_on_ringing(
    asked: Consultation, clara: User, conrad: User, signed_in: Any
) -> None:
    before, until = told(asked, clara), asked.expires_at
    live.seen(conrad.pk, {"request": str(asked.pk)})
    seen = told(asked, clara)
    answer = send(signed_in(conrad), asked, headers={"hx-request": "true"})
    assert "Give me &lt;half&gt; a minute" in answer.content.decode()
    after = told(asked, clara)
    assert before.v < seen.v < after.v
    assert after.html.count("Give me &lt;half&gt; a minute") == 2  # to be seen, and to be read out
    assert written(asked) == (State.RINGING, LINE, 1)
    assert asked.expires_at == until


def test_pressed_twice_it_is_one_line_and_the_first_stays(
    asked: Consultation, conrad: User, signed_in: Any
) -> None:
    browser = signed_in(conrad)
    for line in (LINE, LINE, "Something else"):
        assert send(browser, asked, line).status_code == 302
    assert written(asked) == (State.RINGING, LINE, 1)


def test_the_other_tabs_of_the_consultant_show_it_as_written(asked: Consultation, conrad: User) -> None:
    ask = Ask(str(conrad.pk), conrad.pk)
    assert [piece.id for piece in live.incoming([ask])[ask].els] == [f"req-{asked.pk}"]
    requests.reply(consultation_id=asked.pk, user=conrad, line=LINE)
    popup, line = live.incoming([ask])[ask].els
    assert (popup.id, popup.v, line.id, line.v) == (f"req-{asked.pk}", 1, f"line-{asked.pk}", 1)
    assert "Reply with a note" not in popup.html + line.html


def test_nobody_else_writes_it(asked: Consultation, clara: User, stella: User, signed_in: Any) -> None:
    for person in (clara, stella):
        assert send(signed_in(person), asked).status_code == 404
    assert send(Client(), asked).status_code == 302
    assert written(asked) == (State.RINGING, "", 0)


def test_after_the_time_it_is_refused_in_kind_words(
    asked: Consultation, conrad: User, signed_in: Any
) -> None:
    with travel(asked.expires_at):
        answer = send(signed_in(conrad), asked, headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert "It costs you nothing" in answer.content.decode()
    assert written(asked)[1:] == ("", 0)


def test_after_the_answer_it_is_refused(asked: Consultation, conrad: User) -> None:
    requests.accept(consultation_id=asked.pk, user=conrad)
    with pytest.raises(errors.RequestOver):
        requests.reply(consultation_id=asked.pk, user=conrad, line=LINE)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (" \n ", errors.LineMissing),
        ("x" * (rules.RING_LINE_MAX_LENGTH + 1), errors.LineTooLong),
    ],
)
def test_a_line_that_is_none_is_told(
    asked: Consultation, conrad: User, line: str, problem: type[errors.ConsultationError]
) -> None:
    with pytest.raises(problem):
        requests.reply(consultation_id=asked.pk, user=conrad, line=line)
    assert written(asked) == (State.RINGING, "", 0)


def test_calls_to_which_the_client_did_not_come_are_said(
    asked: Consultation, clara: User, stella: User, conrad: User
) -> None:
    def popup() -> str:
        ask = Ask(str(conrad.pk), conrad.pk)
        return " ".join(str(live.incoming([ask])[ask].els[0].html).split())

    assert "not attended" not in popup()
    reasons = (EndReason.CLIENT_ABSENT, EndReason.CLIENT_ABSENT, EndReason.CONSULTANT_ABSENT)
    for days, reason in enumerate(reasons, start=1):
        earlier = now() - timedelta(days=days)
        Consultation.objects.create(**_failed(clara, stella, earlier, reason))
    assert "First call with you. 2 not attended." in popup()


def _failed(client: User, consultant: User, at: datetime, reason: str) -> dict[str, Any]:
    return {
        "client": client,
        "consultant": consultant,
        "request_key": uuid.uuid4(),
        "topic": "x",
        "price": 2000,
        "fee_bps": 2000,
        "free_below_seconds": 60,
        "minimum_bill_seconds": 180,
        "currency": "EUR",
        "bought_seconds": 900,
        "state": State.FAILED,
        "end_reason": reason,
        "requested_at": at,
        "expires_at": at,
        "settled_at": at,
    }
