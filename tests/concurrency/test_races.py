"""Two people, one moment: who wins, what the other is told, and that every credit is where it belongs."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import ConsultantProfile, User
from marketplace.core.time import now, travel
from sessions_app.calls import attendance
from sessions_app.models import Consultation, Engagement, Event
from sessions_app.requests import place as requests
from sessions_app.states import EndReason, State
from sessions_app.tests import stage
from tests.support import cast
from tests.support.race import losers, race, winners
from wallet import queries
from wallet.models import AccountKind, Journal, Op

pytestmark = pytest.mark.django_db(transaction=True)
PRICE = 2000
START = 5000


@pytest.fixture
def pair(clara: User, conrad: User) -> tuple[User, User]:
    cast.fund(clara, START)
    return clara, conrad


def asking(client: User, consultant: User) -> Callable[[], Consultation]:
    """A press of *Confirm and call*, with the sheet read before the race begins."""
    profile = ConsultantProfile.objects.select_related("user").get(user=consultant)
    terms = requests.terms_for(profile=profile)
    key = uuid.uuid4()

    def press() -> Consultation:
        return requests.request_call(
            client=client, profile=profile, topic="Why?", link="", snippet="", request_key=key, terms=terms
        )

    return press


def accepting(consultation: Consultation) -> Callable[[], Consultation]:
    return lambda: requests.accept(consultation_id=consultation.pk, user=consultation.consultant)


def held(*people: User) -> int:
    return sum(queries.balance(person.pk).held for person in people)


def available(*people: User) -> int:
    return sum(queries.balance(person.pk).available for person in people)


def books(*operations: Op) -> list[str]:
    """The operations of these kinds that were booked."""
    return sorted(Journal.objects.filter(op__in=operations).values_list("op", flat=True))


@pytest.mark.parametrize("_round", range(3))
def test_of_two_clients_one_reaches_the_consultant(pair: Any, stella: User, _round: int) -> None:
    clara, conrad = pair
    cast.fund(stella, START)
    cast.switch_on(conrad)

    outcomes = race(asking(clara, conrad), asking(stella, conrad))

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == ["ConsultantBusy"]
    assert Consultation.objects.count() == 1
    assert Engagement.objects.count() == 2
    assert held(clara, stella) == PRICE
    assert available(clara, stella) == 2 * START - PRICE
    assert cast.ledger_sum() == 0


def test_without_the_engagement_rows_both_clients_would_ring(
    pair: Any, stella: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: it is these rows that keep the second one out."""
    clara, conrad = pair
    cast.fund(stella, START)
    cast.switch_on(conrad)
    monkeypatch.setattr(requests, "_engage", lambda *_: None)

    outcomes = race(asking(clara, conrad), asking(stella, conrad))

    assert len(winners(outcomes)) == 2
    assert Consultation.objects.filter(consultant=conrad, state=State.RINGING).count() == 2


@pytest.mark.parametrize("_round", range(3))
def test_of_two_people_ringing_each_other_one_rings(pair: Any, _round: int) -> None:
    _, conrad = pair
    cora = cast.consultant("cora")
    for person in (conrad, cora):
        cast.fund(person, START)
        cast.switch_on(person)

    outcomes = race(asking(conrad, cora), asking(cora, conrad))

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) in (["ConsultantBusy"], ["AlreadyInConsultation"])
    assert Engagement.objects.count() == 2
    assert held(conrad, cora) == PRICE
    assert cast.ledger_sum() == 0


def test_a_double_click_holds_once(pair: Any) -> None:
    clara, conrad = pair
    cast.switch_on(conrad)
    press = asking(clara, conrad)

    outcomes = race(press, press, press)

    assert len({found.pk for found in winners(outcomes)}) == 1
    assert losers(outcomes) in ([], ["AlreadyInConsultation"], ["AlreadyInConsultation"] * 2)
    assert (held(clara), available(clara)) == (PRICE, START - PRICE)
    assert books(Op.HOLD) == [Op.HOLD]


@pytest.mark.parametrize("_round", range(4))
def test_accepted_and_cancelled_at_once_costs_nothing(pair: Any, _round: int) -> None:
    clara, conrad = pair
    consultation = stage.ring(clara, conrad, at=now())

    outcomes = race(
        accepting(consultation), lambda: requests.cancel(consultation_id=consultation.pk, user=clara)
    )

    assert losers(outcomes) in ([], ["RequestOver"])  # the cancel wins in either order: it is not live yet
    assert Consultation.objects.get().state == State.CANCELLED
    assert (held(clara), available(clara)) == (0, START)
    assert books(Op.RELEASE, Op.CAPTURE) == [Op.RELEASE]
    assert not Engagement.objects.exists()
    assert cast.ledger_sum() == 0


def test_accepted_and_declined_in_two_tabs_at_once_is_one_of_both(pair: Any) -> None:
    clara, conrad = pair
    consultation = stage.ring(clara, conrad, at=now())

    outcomes = race(
        accepting(consultation),
        lambda: requests.decline(consultation_id=consultation.pk, user=conrad, reason="busy"),
    )

    assert len(winners(outcomes)) == 1
    assert losers(outcomes) == ["RequestOver"]
    accepted = Consultation.objects.get().state == State.ACCEPTED
    assert held(clara) == (PRICE if accepted else 0)


@pytest.mark.parametrize("milliseconds", [0, 2, 5, 10, 20, 40])
def test_accepted_as_it_expires_is_one_of_both(pair: Any, milliseconds: int) -> None:
    clara, conrad = pair
    consultation = stage.ring(clara, conrad, at=now())
    due = now() + timedelta(milliseconds=milliseconds)
    Consultation.objects.filter(pk=consultation.pk).update(expires_at=due)

    outcomes = race(
        accepting(consultation),
        lambda: requests.expire(consultation_id=consultation.pk),
        lambda: requests.expire(consultation_id=consultation.pk),
    )

    assert len(winners(outcomes)) <= 1
    assert set(losers(outcomes)) == {"RequestOver"}
    found = Consultation.objects.get()
    if found.state == State.ACCEPTED:
        assert found.accepted_at < due
    assert held(clara) == (0 if found.state == State.EXPIRED else PRICE)
    assert Engagement.objects.exists() == (found.state != State.EXPIRED)
    assert cast.ledger_sum() == 0


def test_both_press_end_and_it_is_settled_once(pair: Any) -> None:
    clara, conrad = pair
    began = now() - timedelta(seconds=450)
    consultation = stage.live(clara, conrad, at=began)
    heard = stage.talk(consultation, since=began, seconds=450)

    def press(who: Any) -> Consultation:
        with travel(heard):  # however long it took to come here, nobody is silent
            return attendance.end(consultation_id=consultation.pk, user=who)

    outcomes = race(*(partial(press, who) for who in pair * 2))

    assert losers(outcomes) == []
    ended = Consultation.objects.get()
    assert {(each.bill, each.end_reason) for each in winners(outcomes)} == {(ended.bill, ended.end_reason)}
    assert ended.end_reason in (EndReason.CLIENT_ENDED, EndReason.CONSULTANT_ENDED)
    assert ended.bill == PRICE * ended.joint_seconds // 900
    assert Event.objects.filter(kind="ended").count() == 1
    assert books(Op.RELEASE, Op.CAPTURE) == [Op.CAPTURE]
    assert (held(clara), available(clara)) == (0, START - ended.bill)
    assert cast.balance_of(AccountKind.CONSULTANT_PENDING, f"user:{conrad.pk}") == ended.bill - ended.fee
    assert cast.balance_of(AccountKind.PLATFORM_REVENUE) == ended.fee
    assert cast.ledger_sum() == 0
