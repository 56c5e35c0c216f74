"""The states of consultations against the books (I10); the other rules: tests/test_taken_over.py."""

from datetime import timedelta

import pytest

from marketplace.core.time import now, travel
from sessions_app.calls import attendance, deadlines
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.tests import stage
from wallet import ledger
from wallet.checks import violations
from wallet.tests.support import NOON, book, guard_off, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ringing(clara, conrad, fund):
    fund(clara, 10_000)
    return stage.ring(clara, conrad, at=now())


def broken():
    return [violation.rule[:3] for violation in violations()]


def change(consultation, **columns):
    """What no service does: the row alone, without the books."""
    Consultation.objects.filter(pk=consultation.pk).update(**columns)


def test_consultations_that_services_moved_agree_with_the_books(clara, conrad, fund):
    fund(clara, 10_000)
    began = now() - timedelta(hours=1)
    call = stage.live(clara, conrad, at=began)
    assert broken() == []
    ended = stage.talk(call, since=began, seconds=400)
    with travel(ended):
        attendance.end(consultation_id=call.pk, user=clara)
    assert Consultation.objects.get().bill > 0
    assert broken() == []
    declined = stage.ring(clara, conrad, at=now())
    requests.decline(consultation_id=declined.pk, user=conrad, reason="busy")
    assert broken() == []


def test_call_that_failed_agrees(clara, conrad, fund):
    fund(clara, 10_000)
    call = stage.accepted(clara, conrad, at=now() - timedelta(hours=1))
    deadlines.fail_unconnected(consultation_id=call.pk)

    assert broken() == []


@pytest.mark.parametrize("state", ["declined", "ended"])
def test_final_state_without_a_settlement_is_found(ringing, state):
    change(ringing, state=state, settled_at=now())

    assert broken() == ["I10"]


def test_open_state_of_a_settled_call_is_found(ringing, clara):
    book(ledger.release, client=f"user:{clara.pk}", consultation=ringing.reference)

    assert broken() == ["I10"]


def test_bill_that_was_not_paid_is_found(clara, conrad, fund):
    fund(clara, 10_000)
    began = now() - timedelta(hours=1)
    call = stage.live(clara, conrad, at=began)
    with travel(stage.talk(call, since=began, seconds=400)):
        paid = attendance.end(consultation_id=call.pk, user=clara)
    assert broken() == []

    rows("SET CONSTRAINTS ALL IMMEDIATE")
    for wrong in ({"bill": paid.bill + 1}, {"bill": paid.bill, "fee": paid.fee - 1}):
        with guard_off("sessions_app_consultation", "consultation_settled"):
            change(paid, **wrong)
        assert "I10" in broken()


def test_hold_without_its_consultation_is_found(clara, fund):
    fund(clara, 5000)
    owner = f"user:{clara.pk}"
    book(ledger.hold, client=owner, consultation="consultation:lost", amount=2000, now=NOON)

    assert broken() == ["I10"]
