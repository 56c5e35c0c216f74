"""What a finished consultation says to each of its two people."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.models import Consultation
from sessions_app.receipts.receipt import receipt_of
from sessions_app.requests import place as requests
from sessions_app.tests.stage import accepted, beat, live, ring, talk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def call(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """A live call whose first joint second is noon; 20.00 credits for 15 minutes."""
    fund(clara, 5000)
    return live(clara, conrad, at=NOON)


def ended(call: Consultation, by: User, *, after: int) -> Consultation:
    until = talk(call, since=NOON, seconds=after)
    with travel(until):
        return attendance.end(consultation_id=call.pk, user=by)


def page(signed_in: Callable[..., object], user: User, consultation: Consultation) -> str:
    response = signed_in(user).get(consultation.get_absolute_url())
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_client_reads_what_was_held_paid_and_returned(call, clara, signed_in) -> None:
    html = page(signed_in, clara, ended(call, clara, after=300))
    assert "You talked for <b>5:00</b>. Held 20.00, paid <b>6.66</b>, 13.34 returned." in html
    assert "You pay only for the seconds in which you were both connected." in html


def test_consultant_reads_gross_fee_and_net(call, clara, conrad, signed_in) -> None:
    html = page(signed_in, conrad, ended(call, clara, after=300))
    assert "<bdi>Clara</bdi> ended the call." in html
    for sum_ in ("6.66", "−1.33", "5.33"):
        assert sum_ in html


def test_call_under_a_minute_is_free_and_says_so(call, clara, signed_in) -> None:
    html = page(signed_in, clara, ended(call, clara, after=58))
    assert "A call under 1:00 is free." in html and "paid <b>0.00</b>" in html


def test_short_call_that_the_client_ended_counts_as_three_minutes(call, clara, signed_in) -> None:
    html = page(signed_in, clara, ended(call, clara, after=100))
    assert "billed as 3:00" in html and "paid <b>4.00</b>" in html


def test_short_call_that_the_consultant_ended_is_free(call, clara, conrad, signed_in) -> None:
    html = page(signed_in, clara, ended(call, conrad, after=100))
    assert "<bdi>Conrad</bdi> ended the call before 3:00, so it is free." in html
    assert "paid <b>0.00</b>" in html


def test_bar_shows_each_interruption_with_its_reason(call, clara, conrad, signed_in) -> None:
    talk(call, since=NOON, seconds=60)
    with travel(NOON + timedelta(seconds=60)):
        attendance.leave(consultation_id=call.pk, user=conrad)
    beat(call, at=NOON + timedelta(seconds=90), pages={"client": "c11e0001", "consultant": "c0250002"})
    with travel(NOON + timedelta(seconds=90)):
        over = attendance.end(consultation_id=call.pk, user=clara)
    stretches = receipt_of(consultation=over, role="client").stretches
    assert [(piece.seconds, piece.why) for piece in stretches] == [
        (60, ""),
        (30, "The clock stopped at 1:00 for 0:30 because <bdi>Conrad</bdi> had left."),
        (0, ""),
    ]
    assert "The clock stopped at 1:00 for 0:30 because <bdi>Conrad</bdi> had left." in page(
        signed_in, clara, over
    )
    assert "because you had left." in page(signed_in, conrad, over)


def test_bar_shows_the_interruption_in_which_the_call_ended(call, clara, conrad, signed_in) -> None:
    talk(call, since=NOON, seconds=60)
    with travel(NOON + timedelta(seconds=60)):
        attendance.leave(consultation_id=call.pk, user=conrad)
    with travel(NOON + timedelta(seconds=150)):
        over = deadlines.give_up_return(consultation_id=call.pk)
    html = page(signed_in, clara, over)
    assert "The clock stopped at 1:00 for 1:30 because <bdi>Conrad</bdi> had left." in html
    assert "Connected without interruption." not in html


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("busy", "busy with something else"),
        ("not_my_subject", "not their subject"),
        ("needs_longer", "needs longer"),
        ("other", "cannot take this request"),
    ],
)
def test_declined_request_is_told_kindly_with_the_money_back(
    clara, conrad, fund, signed_in, reason, words
) -> None:
    fund(clara, 5000)
    request = ring(clara, conrad, at=NOON)
    with travel(NOON):
        requests.decline(consultation_id=request.pk, user=conrad, reason=reason)
    html = page(signed_in, clara, request)
    assert words in html and "Your 20.00 credits are back in your wallet" in html
    assert "You declined this request." in page(signed_in, conrad, request)


def test_expired_request_says_that_nobody_answered(clara, conrad, fund, signed_in) -> None:
    fund(clara, 5000)
    request = ring(clara, conrad, at=NOON)
    with travel(NOON + timedelta(seconds=61)):
        requests.expire(consultation_id=request.pk)
    assert "<bdi>Conrad</bdi> did not answer in time." in page(signed_in, clara, request)
    assert "You did not answer in time." in page(signed_in, conrad, request)


def test_cancelled_call_costs_nothing(clara, conrad, fund, signed_in) -> None:
    fund(clara, 5000)
    call = accepted(clara, conrad, at=NOON)
    with travel(NOON):
        attendance.end(consultation_id=call.pk, user=conrad)
    html = page(signed_in, clara, call)
    assert "The call was cancelled before it began." in html and "Nothing is charged" in html


def test_stranger_finds_no_receipt(call, clara, stella, signed_in) -> None:
    over = ended(call, clara, after=60)
    assert signed_in(stella).get(over.get_absolute_url()).status_code == 404


def test_receipt_has_no_style_attribute(call, clara, signed_in) -> None:
    assert "style=" not in page(signed_in, clara, ended(call, clara, after=60))


def test_page_that_answers_without_contact_is_not_the_lost_one(call, conrad) -> None:
    """However late the loop looks: conrad's page answered, clara's did not."""
    last = talk(call, since=NOON, seconds=30)
    for seconds in (2, 4, 6, 8):
        beat(call, at=last + timedelta(seconds=seconds), roles=("consultant",), contact=False)
    with travel(last + timedelta(seconds=9)):
        assert deadlines.stop_silent(consultation_id=call.pk).interrupted_by == "client_lost"
