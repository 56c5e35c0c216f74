"""A request that rang on a screen and was not answered sets the consultant away; no other does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import ConsultantProfile, Shown, User
from marketplace.core.time import travel
from sessions_app import errors
from sessions_app.models import Consultation, Event
from sessions_app.requests import place as requests
from sessions_app.states import SET_AWAY, State
from sessions_app.tests.stage import ring
from tests.support.cast import switch_on
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OVER = NOON + timedelta(seconds=61)


@pytest.fixture
def ringing(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    fund(clara, 5000)
    return ring(clara, conrad, at=NOON)


def deliver(consultation: Consultation) -> None:
    with travel(NOON + timedelta(seconds=1)):
        requests.mark_delivered(consultation_id=consultation.pk, user=consultation.consultant)


def expire(consultation: Consultation) -> Consultation:
    with travel(OVER):
        return requests.expire(consultation_id=consultation.pk)


def profile_of(user: User) -> ConsultantProfile:
    return ConsultantProfile.objects.get(user=user)


def page(browser: Any, consultation: Consultation) -> str:
    html: str = browser.get(consultation.get_absolute_url()).content.decode()
    return html


def test_delivered_and_not_answered_sets_away(ringing: Consultation, clara: User, conrad: User) -> None:
    deliver(ringing)
    expire(ringing)

    profile = profile_of(conrad)
    assert (profile.shown_state, profile.accepting) == (Shown.AWAY, True)
    assert (profile.missed_ring_at, profile.missed_caller) == (OVER, clara)
    assert balance(clara.pk).available == 5000
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["requested", "delivered", SET_AWAY, "expired"]


def test_never_delivered_stays_free(ringing: Consultation, conrad: User) -> None:
    expire(ringing)

    assert profile_of(conrad).shown_state == Shown.AVAILABLE
    assert not Event.objects.filter(kind=SET_AWAY).exists()


def test_a_cancel_after_the_ringing_time_is_a_missed_ring(
    ringing: Consultation, clara: User, conrad: User
) -> None:
    deliver(ringing)

    with travel(ringing.expires_at):
        over = requests.cancel(consultation_id=ringing.pk, user=clara)

    assert over.state == State.EXPIRED
    assert profile_of(conrad).shown_state == Shown.AWAY
    assert balance(clara.pk).available == 5000
    with travel(OVER), pytest.raises(errors.RequestOver):
        requests.expire(consultation_id=ringing.pk)


@pytest.mark.parametrize("answer", ["decline", "cancel"])
def test_an_answer_or_a_cancel_sets_nobody_away(
    ringing: Consultation, clara: User, conrad: User, answer: str
) -> None:
    deliver(ringing)
    with travel(NOON + timedelta(seconds=5)):
        if answer == "decline":
            requests.decline(consultation_id=ringing.pk, user=conrad, reason="busy")
        else:
            requests.cancel(consultation_id=ringing.pk, user=clara)

    assert profile_of(conrad).shown_state == Shown.AVAILABLE


def test_a_demo_lease_is_left_alone(ringing: Consultation, conrad: User, settings: Any) -> None:
    settings.DEMO = True
    ConsultantProfile.objects.filter(user=conrad).update(demo_lease=True)
    deliver(ringing)
    expire(ringing)

    assert profile_of(conrad).shown_state == Shown.AVAILABLE
    assert not Event.objects.filter(kind=SET_AWAY).exists()


def test_a_refused_expiry_sets_nobody_away(ringing: Consultation, conrad: User) -> None:
    deliver(ringing)
    with travel(NOON + timedelta(seconds=59)), pytest.raises(errors.RequestOver):
        requests.expire(consultation_id=ringing.pk)

    assert profile_of(conrad).missed_ring_at is None


def test_a_request_that_was_on_its_way_finds_nobody(
    ringing: Consultation, clara: User, stella: User, conrad: User, fund: Callable[..., None]
) -> None:
    fund(stella, 5000)
    deliver(ringing)
    expire(ringing)

    with pytest.raises(errors.ConsultantOffline):
        ring(stella, conrad, at=OVER)

    assert balance(stella.pk).held == 0
    assert Consultation.objects.count() == 1


def test_both_read_that_the_consultant_was_set_away(
    ringing: Consultation, clara: User, conrad: User, signed_in: Any
) -> None:
    deliver(ringing)
    over = expire(ringing)

    assert over.state == State.EXPIRED
    said = page(signed_in(clara), over)
    assert "<bdi>Conrad</bdi> did not answer in time and was set to Away." in said
    assert "Your 20.00 credits are back in your wallet" in said
    assert "You did not answer in time and were set to Away. See your desk" in page(signed_in(conrad), over)


def test_an_undelivered_request_says_nothing_of_away(
    ringing: Consultation, clara: User, signed_in: Any
) -> None:
    assert "set to Away" not in page(signed_in(clara), expire(ringing))


def test_the_receipt_stays_true_after_coming_back(
    ringing: Consultation, clara: User, conrad: User, signed_in: Any
) -> None:
    deliver(ringing)
    over = expire(ringing)
    switch_on(conrad)

    assert "<bdi>Conrad</bdi> did not answer in time and was set to Away." in page(signed_in(clara), over)
