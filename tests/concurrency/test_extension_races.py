"""The last minute: presses against presses, the end and a way out. One outcome, and the books agree."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from marketplace.core.time import now
from sessions_app.calls import attendance, deadlines
from sessions_app.calls.extensions import press_extend
from sessions_app.calls.text_mode import agree_text
from sessions_app.models import Consultation, Engagement, Event
from sessions_app.states import State
from sessions_app.tests import stage
from tests.support import cast
from tests.support.race import losers, race, winners
from wallet import ledger, queries
from wallet.models import Journal, Op, owner_key

pytestmark = pytest.mark.django_db(transaction=True)
START = 10_000


@pytest.fixture
def pair(clara: User, conrad: User) -> tuple[User, User]:
    cast.fund(clara, START)
    return clara, conrad


def last_seconds(pair: Any, *, left: float = 30) -> Consultation:
    """A call that is live, witnessed up to now, and ends in so many seconds."""
    began = now() - timedelta(seconds=900 - left)
    call = stage.live(*pair, at=began)
    moment: datetime = now()
    Consultation.objects.filter(pk=call.pk).update(
        client_seen_at=moment, consultant_seen_at=moment, witnessed_until=moment
    )
    return Consultation.objects.get(pk=call.pk)


def pressing(call: Consultation, who: User) -> Callable[[], Consultation]:
    return lambda: press_extend(consultation_id=call.pk, user=who, number=1)


def hold_elsewhere(who: User, amount: int, name: str) -> None:
    """The client's credits go into something else."""
    with transaction.atomic(savepoint=False):
        ledger.hold(client=owner_key(who.pk), consultation=name, amount=amount, currency="XTS", now=now())


def finishing(call: Consultation) -> Callable[[], Consultation]:
    return lambda: deadlines.finish_bought_time(consultation_id=call.pk)


def expect_agreed_books(clara: User) -> Consultation:
    """What is held is what the row says, and one operation at most was booked of each kind."""
    found = Consultation.objects.get()
    held = queries.balance(clara.pk).held
    assert held == (0 if found.is_final else found.held)
    booked = list(Journal.objects.exclude(op__in=[Op.TOP_UP, Op.HOLD]).values_list("op", flat=True))
    assert sorted(booked) == sorted(set(booked))
    assert (Op.EXTEND in booked) == (found.bought_seconds == 1200) == (found.held == 2666)
    assert queries.balance(clara.pk).available == START - (found.bill if found.is_final else found.held)
    assert cast.ledger_sum() == 0
    return found


@pytest.mark.parametrize("_round", range(4))
def test_both_press_at_once_and_it_is_extended_once(pair: Any, _round: int) -> None:
    clara = pair[0]
    call = last_seconds(pair)

    outcomes = race(*[pressing(call, who) for who in pair * 3])

    assert losers(outcomes) == []
    found = expect_agreed_books(clara)
    assert found.bought_seconds == 1200
    assert found.ends_at == call.ends_at + timedelta(seconds=300)
    assert Event.objects.filter(kind="extend_pressed").count() == 2
    assert Event.objects.filter(kind="extended").count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_the_second_press_and_an_end_at_once(pair: Any, _round: int) -> None:
    clara, conrad = pair
    call = last_seconds(pair)
    pressing(call, clara)()

    outcomes = race(pressing(call, conrad), lambda: attendance.end(consultation_id=call.pk, user=clara))

    assert losers(outcomes) in ([], ["CallOver"])
    found = expect_agreed_books(clara)
    assert found.state == State.ENDED
    assert found.bill == 2000 * found.joint_seconds // 900
    assert not Engagement.objects.exists()


@pytest.mark.parametrize("milliseconds", [0, 2, 5, 10, 20, 40, 80])
def test_the_second_press_as_the_time_runs_out(pair: Any, milliseconds: int) -> None:
    clara, conrad = pair
    call = last_seconds(pair)
    pressing(call, clara)()
    due = now() + timedelta(milliseconds=milliseconds)
    Consultation.objects.filter(pk=call.pk).update(ends_at=due)

    outcomes = race(pressing(call, conrad), finishing(call), finishing(call))

    found = expect_agreed_books(clara)
    pressed = Event.objects.filter(kind="extended").first()
    assert len(winners(outcomes)) <= 1
    assert (pressed is not None) == (found.bought_seconds == 1200)
    if pressed:
        assert pressed.at < due
        assert (found.state, found.ends_at) == (State.LIVE, due + timedelta(seconds=300))


def test_the_second_press_and_leaving_at_once(pair: Any) -> None:
    clara, conrad = pair
    call = last_seconds(pair)
    pressing(call, clara)()

    outcomes = race(pressing(call, conrad), lambda: attendance.leave(consultation_id=call.pk, user=clara))

    assert losers(outcomes) in ([], ["ExtensionPaused"])
    assert expect_agreed_books(clara).state == State.INTERRUPTED


def test_credits_that_go_elsewhere_at_once_are_never_spent_twice(pair: Any) -> None:
    """The client has enough for one of two things: the extension, or another hold."""
    clara, conrad = pair
    call = last_seconds(pair)
    pressing(call, clara)()
    hold_elsewhere(clara, queries.balance(clara.pk).available - 700, "one")

    outcomes = race(pressing(call, conrad), lambda: hold_elsewhere(clara, 700, "two"))

    assert len(winners(outcomes)) == 1
    assert queries.balance(clara.pk).available in (34, 0)
    assert cast.ledger_sum() == 0


@pytest.mark.parametrize("_round", range(3))
def test_both_continue_in_text_at_once(pair: Any, _round: int) -> None:
    call = last_seconds(pair)

    outcomes = race(*[lambda who=who: agree_text(consultation_id=call.pk, user=who) for who in pair * 2])

    assert losers(outcomes) == []
    assert Consultation.objects.get().mode == "text"
    assert Event.objects.filter(kind="text_agreed").count() == 1
