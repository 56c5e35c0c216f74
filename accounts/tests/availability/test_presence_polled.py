"""A network that blocks sockets: who polls can be rung all the same."""

from typing import Any

import pytest
import redis
from django.test import Client

from accounts.availability.leases import LIVE, callable_now
from accounts.availability.switch import set_switch
from accounts.models import ConsultantProfile, Shown, User
from accounts.tests.availability.leases import end, trusted
from marketplace.core import rules
from marketplace.core.time import now
from marketplace.live import topics

pytestmark = pytest.mark.django_db


def poll(browser: Client, user: User) -> int:
    return browser.get("/live/", {"topics": "", "sig": topics.sign((), user.pk)}).status_code


def profile_of(user: User) -> ConsultantProfile:
    return ConsultantProfile.objects.get(user=user)


def test_a_consultant_who_polls_is_free(valkey: redis.Redis, signed_in: Any, conrad: User) -> None:
    trusted(valkey)
    assert set_switch(user=conrad, on=True).shown_state == Shown.AWAY

    assert poll(signed_in(conrad), conrad) == 200

    assert profile_of(conrad).shown_state == Shown.AVAILABLE
    assert callable_now(profile_of(conrad), now())


def test_the_lease_of_a_poll_outlasts_the_next_one_and_ends(
    valkey: redis.Redis, signed_in: Any, conrad: User
) -> None:
    trusted(valkey)
    set_switch(user=conrad, on=True)
    poll(signed_in(conrad), conrad)
    left = (valkey.zscore(LIVE, str(conrad.pk)) or 0) / 1000 - now().timestamp()
    assert 15 < left <= rules.POLL_LEASE_SECONDS + 1

    end(valkey, conrad.pk)
    assert not callable_now(profile_of(conrad), now())


def test_a_poll_while_the_leases_are_not_trusted_is_made_good_by_the_next(
    valkey: redis.Redis, signed_in: Any, conrad: User
) -> None:
    trusted(valkey)
    set_switch(user=conrad, on=True)
    valkey.flushdb()
    poll(signed_in(conrad), conrad)
    assert profile_of(conrad).shown_state == Shown.AWAY

    trusted(valkey)
    poll(signed_in(conrad), conrad)

    assert profile_of(conrad).shown_state == Shown.AVAILABLE


def test_a_poll_with_the_switch_off_leases_nobody(valkey: redis.Redis, signed_in: Any, conrad: User) -> None:
    trusted(valkey)
    poll(signed_in(conrad), conrad)
    assert valkey.zscore(LIVE, str(conrad.pk)) is None


def test_a_refused_poll_leases_nobody(
    valkey: redis.Redis, signed_in: Any, conrad: User, stella: User
) -> None:
    trusted(valkey)
    set_switch(user=conrad, on=True)
    assert poll(signed_in(conrad), stella) == 403
    assert valkey.zscore(LIVE, str(conrad.pk)) is None


def test_a_valkey_that_is_away_does_not_end_the_polling(
    signed_in: Any, conrad: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(uid: int) -> bool:
        raise redis.ConnectionError

    set_switch(user=conrad, on=True)
    monkeypatch.setattr("accounts.availability.reach.keep_polled", away)
    assert poll(signed_in(conrad), conrad) == 200
