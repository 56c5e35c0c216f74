"""From the sheet to the answer: who may ask whom, what is held, what goes back."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from accounts.models import ConsultantProfile, User
from marketplace.core import limits, rules
from marketplace.core.time import travel
from sessions_app import errors
from sessions_app.models import Consultation, Engagement, Event
from sessions_app.requests import place as requests
from sessions_app.states import State
from sessions_app.tests.stage import accepted, ring
from tests.support import cast
from tests.support.cast import switch_on
from wallet.errors import InsufficientCredits
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Fund = Callable[..., None]


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every consultant whose switch is on counts as reachable: sockets have tests of their own."""
    monkeypatch.setattr(requests.presence, "callable_now", lambda profile, now: profile.accepting)


def call(client: User, consultant: User, **changes: object) -> Consultation:
    profile = ConsultantProfile.objects.get(user=consultant)
    form = {
        "topic": "Why does my query hang?",
        "link": "",
        "snippet": "",
        "request_key": uuid.uuid4(),
        "terms": requests.terms_for(profile=profile),
        **changes,
    }
    return requests.request_call(client=client, profile=profile, **form)


@pytest.mark.usefixtures("reachable")
class TestAsking:
    def test_the_price_is_held_while_it_rings(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, 5000)
        switch_on(conrad)

        consultation = call(clara, conrad)

        assert consultation.state == State.RINGING
        assert consultation.expires_at - consultation.requested_at == timedelta(seconds=60)
        assert (balance(clara.pk).available, balance(clara.pk).held) == (3000, 2000)
        assert Engagement.objects.filter(consultation=consultation).count() == 2
        assert list(Event.objects.values_list("kind", flat=True)) == ["requested"]

    def test_a_double_click_finds_the_same_request_and_holds_once(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        switch_on(conrad)
        key = uuid.uuid4()

        first, second = call(clara, conrad, request_key=key), call(clara, conrad, request_key=key)

        assert first.pk == second.pk
        assert balance(clara.pk).held == 2000

    def test_a_key_that_rang_somebody_else_meanwhile_rings_nobody(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        """Two tabs send the same form at once: the second had seen no request when it looked."""
        fund(clara, 5000)
        switch_on(conrad)
        key = uuid.uuid4()
        call(clara, conrad, request_key=key)
        other = ConsultantProfile.objects.get(user=cast.consultant("carla"))

        with pytest.raises(errors.SentToAnother, match="sent this form to Conrad, so Carla was not called"):
            requests.place_request(
                client=clara, profile=other, question=requests.asked(topic="Why?"), request_key=key
            )

        assert (Consultation.objects.count(), balance(clara.pk).held) == (1, 2000)

    def test_without_enough_credit_nothing_is_left_behind(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 1999)
        switch_on(conrad)

        with pytest.raises(InsufficientCredits):
            call(clara, conrad)

        assert not Consultation.objects.exists()
        assert not Engagement.objects.exists()
        assert balance(clara.pk).available == 1999

    def test_a_price_changed_meanwhile_is_shown_before_it_is_held(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        profile = switch_on(conrad)
        old = requests.terms_for(profile=profile)
        ConsultantProfile.objects.filter(pk=profile.pk).update(price=2500)

        with pytest.raises(errors.PriceChanged):
            call(clara, conrad, terms=old)

        assert balance(clara.pk).held == 0

    def test_a_price_saved_between_the_look_and_the_hold_is_not_charged(
        self, clara: User, conrad: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        looked_at = switch_on(conrad)
        ConsultantProfile.objects.filter(pk=looked_at.pk).update(price=2500)

        with pytest.raises(errors.PriceChanged):
            requests.place_request(
                client=clara,
                profile=looked_at,
                question=requests.asked(topic="A question"),
                request_key=uuid.uuid4(),
            )

        assert balance(clara.pk).held == 0

    @pytest.mark.parametrize("terms", ["", "forged", "WzEsMSwxXQ:1abc:zzz"])
    def test_a_hand_made_price_note_is_refused(
        self, clara: User, conrad: User, fund: Fund, terms: str
    ) -> None:
        fund(clara, 5000)
        switch_on(conrad)

        with pytest.raises(errors.PriceChanged):
            call(clara, conrad, terms=terms)

    def test_nobody_calls_themselves(self, conrad: User, fund: Fund) -> None:
        fund(conrad, 5000)
        switch_on(conrad)

        with pytest.raises(errors.OwnConsultant):
            call(conrad, conrad)

    def test_an_offline_consultant_is_not_rung(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, 5000)

        with pytest.raises(errors.ConsultantOffline):
            call(clara, conrad)

    def test_a_demo_consultant_never_rings(self, clara: User, conrad: User, fund: Fund) -> None:
        fund(clara, 5000)
        switch_on(conrad)
        ConsultantProfile.objects.update(demo_lease=True)

        with pytest.raises(errors.DemoConsultant, match="Mara Lindqvist"):
            call(clara, conrad)

    def test_a_consultant_who_was_taken_in_between_is_busy(
        self, clara: User, conrad: User, stella: User, fund: Fund
    ) -> None:
        fund(clara, 5000)
        fund(stella, 5000)
        switch_on(conrad)
        call(stella, conrad)

        with pytest.raises(errors.ConsultantBusy):
            call(clara, conrad)

        assert balance(clara.pk).held == 0

    @pytest.mark.parametrize(
        ("form", "refusal"),
        [
            ({"topic": "  \n "}, errors.TopicMissing),
            ({"topic": "x" * 281}, errors.TopicTooLong),
            ({"snippet": "x" * 20_001}, errors.SnippetTooLong),
            ({"link": "javascript:alert(1)"}, errors.LinkNotUsable),
            ({"link": "https://" + "x" * 600 + ".org"}, errors.LinkNotUsable),
        ],
    )
    def test_a_question_that_cannot_be_shown_is_refused_in_words(
        self, clara: User, conrad: User, fund: Fund, form: dict[str, str], refusal: type[Exception]
    ) -> None:
        fund(clara, 5000)
        switch_on(conrad)

        with pytest.raises(refusal):
            call(clara, conrad, **form)

    def test_ringing_round_is_limited_and_says_for_how_long(
        self, clara: User, conrad: User, fund: Fund, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "REQUESTS_PER_10_MINUTES", 1)
        fund(clara, 5000)
        switch_on(conrad)
        requests.cancel(consultation_id=call(clara, conrad).pk, user=clara)

        with pytest.raises(limits.TooMany) as refused:
            call(clara, conrad)

        assert 0 < refused.value.fields["seconds"] <= 600


class TestAnswering:
    @pytest.fixture
    def ringing(self, clara: User, conrad: User, fund: Fund) -> Consultation:
        fund(clara, 5000)
        return ring(clara, conrad, at=NOON)

    def test_accepting_gives_two_minutes_to_connect(self, ringing: Consultation, conrad: User) -> None:
        with travel(NOON + timedelta(seconds=5)):
            consultation = requests.accept(consultation_id=ringing.pk, user=conrad)

        assert consultation.state == State.ACCEPTED
        assert consultation.live_by == NOON + timedelta(seconds=125)

    def test_accepting_twice_is_the_same_as_once(self, ringing: Consultation, conrad: User) -> None:
        with travel(NOON):
            requests.accept(consultation_id=ringing.pk, user=conrad)
            requests.accept(consultation_id=ringing.pk, user=conrad)

        assert Event.objects.filter(kind="accepted").count() == 1

    @pytest.mark.parametrize("answer", [requests.accept, partial(requests.decline, reason="busy")])
    def test_an_answer_after_the_time_is_refused_even_if_nothing_expired_it(
        self, ringing: Consultation, conrad: User, answer: Callable[..., Consultation]
    ) -> None:
        with travel(NOON + timedelta(seconds=60)), pytest.raises(errors.RequestOver):
            answer(consultation_id=ringing.pk, user=conrad)

        ringing.refresh_from_db()
        assert ringing.state == State.RINGING

    def test_the_client_cannot_accept_for_the_consultant(self, ringing: Consultation, clara: User) -> None:
        with travel(NOON), pytest.raises(errors.RequestOver):
            requests.accept(consultation_id=ringing.pk, user=clara)

    def test_a_stranger_finds_no_request(self, ringing: Consultation, stella: User) -> None:
        for answer in (requests.accept, requests.cancel):
            with pytest.raises(errors.NoSuchConsultation):
                answer(consultation_id=ringing.pk, user=stella)

    @pytest.mark.parametrize(
        ("answer", "second", "state"),
        [
            ("decline", 59, State.DECLINED),
            ("cancel", 59, State.CANCELLED),
            ("expire", 60, State.EXPIRED),
        ],
    )
    def test_every_no_gives_all_the_money_back_and_frees_both(
        self, ringing: Consultation, clara: User, conrad: User, answer: str, second: int, state: State
    ) -> None:
        acts = {
            "decline": lambda: requests.decline(consultation_id=ringing.pk, user=conrad, reason="busy"),
            "cancel": lambda: requests.cancel(consultation_id=ringing.pk, user=clara),
            "expire": lambda: requests.expire(consultation_id=ringing.pk),
        }
        with travel(NOON + timedelta(seconds=second)):
            consultation = acts[answer]()

        assert consultation.state == state
        assert consultation.settled_at == consultation.ended_at == NOON + timedelta(seconds=second)
        assert (balance(clara.pk).available, balance(clara.pk).held) == (5000, 0)
        assert not Engagement.objects.exists()

    def test_declining_needs_one_of_the_reasons(self, ringing: Consultation, conrad: User) -> None:
        with pytest.raises(errors.UnknownReason):
            requests.decline(consultation_id=ringing.pk, user=conrad, reason="<script>")

    def test_nothing_expires_before_its_time(self, ringing: Consultation) -> None:
        with travel(NOON + timedelta(seconds=59)), pytest.raises(errors.RequestOver):
            requests.expire(consultation_id=ringing.pk)

    def test_delivered_and_seen_are_stamped_once(
        self, ringing: Consultation, conrad: User, clara: User
    ) -> None:
        with travel(NOON + timedelta(seconds=1)):
            requests.mark_delivered(consultation_id=ringing.pk, user=conrad)
        with travel(NOON + timedelta(seconds=2)):
            requests.mark_delivered(consultation_id=ringing.pk, user=conrad)
            requests.mark_seen(consultation_id=ringing.pk, user=clara)

        ringing.refresh_from_db()
        assert ringing.delivered_at == NOON + timedelta(seconds=1)
        assert ringing.seen_at is None

    @pytest.mark.parametrize("who", ["clara", "conrad"])
    def test_either_side_may_cancel_before_it_is_live(
        self, ringing: Consultation, clara: User, conrad: User, who: str
    ) -> None:
        with travel(NOON):
            requests.accept(consultation_id=ringing.pk, user=conrad)
            requests.cancel(consultation_id=ringing.pk, user={"clara": clara, "conrad": conrad}[who])

        assert balance(clara.pk).available == 5000


def test_an_accepted_call_cannot_be_declined_any_more(clara: User, conrad: User, fund: Fund) -> None:
    fund(clara, 5000)
    consultation = accepted(clara, conrad, at=NOON)

    with travel(NOON), pytest.raises(errors.RequestOver):
        requests.decline(consultation_id=consultation.pk, user=conrad, reason="busy")
