"""A server away: Valkey while a request is placed, our own for longer than the call."""

import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache

from accounts.models import ConsultantProfile, User
from marketplace.core.time import now, travel
from marketplace.core.valkey import quick
from marketplace.embedded import EmbeddedValkey
from marketplace.live import publish
from sessions_app.clock import DeadlineLoop
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.states import EndReason, State
from sessions_app.tests import stage
from tests.support import cast
from wallet import queries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own_valkey(tmp_path: Path, settings) -> Iterator[EmbeddedValkey]:
    """A Valkey of this test alone, which it may stop."""
    with EmbeddedValkey(tmp_path / "valkey") as server:
        settings.REDIS_URL = server.url
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": server.url}}
        forget_clients()
        yield server
    forget_clients()


def forget_clients() -> None:
    quick.cache_clear()
    publish._breaker.close()
    publish._some_lost = False


def test_a_request_stands_although_valkey_is_stopped(
    own_valkey: EmbeddedValkey, clara: User, conrad: User, fund
) -> None:
    fund(clara, 5000)
    profile = cast.switch_on(conrad)
    terms = requests.terms_for(profile=profile)
    cache.set("here", "yes")
    assert cache.get("here") == "yes"
    own_valkey.stop()

    began = time.monotonic()
    consultation = requests.request_call(
        client=clara,
        profile=profile,
        topic="Why?",
        link="",
        snippet="",
        request_key=uuid.uuid4(),
        terms=terms,
    )

    assert time.monotonic() - began < 5
    assert Consultation.objects.get().state == State.RINGING
    assert queries.balance(clara.pk).held == consultation.price
    assert requests.accept(consultation_id=consultation.pk, user=conrad).state == State.ACCEPTED


def test_the_clock_away_for_hours_bills_to_the_last_witnessed_second(clara: User, conrad: User, fund) -> None:
    fund(clara, 5000)
    noon = now().replace(microsecond=0) - timedelta(days=1)
    consultation = stage.live(clara, conrad, at=noon)
    last = stage.talk(consultation, since=noon, seconds=300)
    seconds = [0.0]
    before, after = DeadlineLoop(lambda: seconds[0]), DeadlineLoop(lambda: seconds[0])
    with travel(last):
        before.tick()

    for passed in range(0, 201, 2):  # the new loop waits 15 s before it declares anybody lost
        seconds[0] = float(passed)
        with travel(noon + timedelta(hours=3, seconds=passed)):
            after.tick()
        if passed == 6:
            assert Consultation.objects.get().state == State.LIVE

    ended = Consultation.objects.get()
    assert (ended.state, ended.end_reason) == (State.ENDED, EndReason.SERVER_LOST)
    assert (ended.joint_seconds, ended.bill) == (300, 2000 * 300 // 900)
    assert queries.balance(clara.pk).available == 5000 - ended.bill
    assert cast.ledger_sum() == 0
    assert not ConsultantProfile.objects.exclude(engaged_until=None).exists()
