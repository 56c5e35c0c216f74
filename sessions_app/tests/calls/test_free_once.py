"""A call of one to three minutes that breaks off is free for a client once in seven days, and when again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from accounts.models import User
from sessions_app.states import EndReason
from sessions_app.tests.stage import broken_off
from tests.support import cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LOST, NO_PATH = ("client",), ()
R = EndReason


@pytest.fixture(autouse=True)
def money(clara: User, stella: User, fund: Callable[..., None]) -> None:
    fund(clara, 20_000)
    fund(stella, 20_000)


@pytest.fixture
def cora(db: None) -> User:
    """A second consultant."""
    return cast.consultant("cora")


no_path = partial(broken_off, gone=NO_PATH)


def test_the_first_is_free_and_the_second_is_not_whichever_it_was(clara: User, conrad: User) -> None:
    bills = {}
    week = 0
    for first in (LOST, NO_PATH):
        for second in (LOST, NO_PATH):
            week += 1
            began = NOON + 8 * DAY * week
            free = broken_off(clara, conrad, at=began, seconds=60, gone=first)
            paid = broken_off(clara, conrad, at=began + timedelta(hours=1), seconds=60, gone=second)
            bills[free.end_reason, paid.end_reason] = (free.bill, paid.bill)

    assert bills == {
        (R.CLIENT_LOST, R.CLIENT_LOST): (0, 400),
        (R.CLIENT_LOST, R.NO_PATH): (0, 400),
        (R.NO_PATH, R.CLIENT_LOST): (0, 400),
        (R.NO_PATH, R.NO_PATH): (0, 400),
    }


@pytest.mark.parametrize("kind", [LOST, NO_PATH])
@pytest.mark.parametrize(("seconds", "bill"), [(0, 0), (-1, 400)])
def test_after_seven_days_to_the_second_the_next_one_is_free(
    clara: User, conrad: User, kind: tuple[str, ...], seconds: int, bill: int
) -> None:
    broken_off(clara, conrad, at=NOON, seconds=60, gone=kind)

    again = broken_off(clara, conrad, at=NOON + 7 * DAY + timedelta(seconds=seconds), seconds=60, gone=kind)

    assert again.bill == bill


@pytest.mark.parametrize("kind", [LOST, NO_PATH])
@pytest.mark.parametrize(("earlier", "bill"), [(59, 0), (60, 400), (179, 400), (180, 0)])
def test_an_earlier_one_counts_if_it_was_one_to_three_minutes_long(
    clara: User, conrad: User, kind: tuple[str, ...], earlier: int, bill: int
) -> None:
    broken_off(clara, conrad, at=NOON, seconds=earlier, gone=kind)

    assert broken_off(clara, conrad, at=NOON + DAY, seconds=60, gone=kind).bill == bill


def test_the_loss_of_another_client_is_not_held_against_this_one(
    clara: User, stella: User, conrad: User
) -> None:
    broken_off(stella, conrad, at=NOON, seconds=60)

    assert broken_off(clara, conrad, at=NOON + DAY, seconds=60).bill == 0


def test_a_call_that_ended_otherwise_does_not_use_the_free_one(clara: User, conrad: User) -> None:
    broken_off(clara, conrad, at=NOON, seconds=60, gone=("consultant",))
    broken_off(clara, conrad, at=NOON + DAY, seconds=60, gone=("client", "consultant"))

    assert no_path(clara, conrad, at=NOON + 2 * DAY, seconds=60).bill == 0


class TestConsultantWithoutPathToSeveralClients:
    @pytest.fixture(autouse=True)
    def used(self, clara: User, cora: User) -> None:
        """Clara has used the free call of these days."""
        assert broken_off(clara, cora, at=NOON, seconds=60).bill == 0

    def test_the_next_client_does_not_pay_for_their_line(
        self, clara: User, stella: User, conrad: User
    ) -> None:
        no_path(stella, conrad, at=NOON + DAY, seconds=60)

        assert no_path(clara, conrad, at=NOON + 2 * DAY, seconds=60).bill == 0

    def test_but_for_a_loss_of_their_own(self, clara: User, stella: User, conrad: User) -> None:
        no_path(stella, conrad, at=NOON + DAY, seconds=60)

        assert broken_off(clara, conrad, at=NOON + 2 * DAY, seconds=60).bill == 400

    def test_it_is_about_this_consultant(self, clara: User, stella: User, conrad: User, cora: User) -> None:
        no_path(stella, cora, at=NOON + DAY, seconds=60)

        assert no_path(clara, conrad, at=NOON + 2 * DAY, seconds=60).bill == 400

    def test_it_is_about_calls_without_a_path(self, clara: User, stella: User, conrad: User) -> None:
        broken_off(stella, conrad, at=NOON + DAY, seconds=60)

        assert no_path(clara, conrad, at=NOON + 2 * DAY, seconds=60).bill == 400

    @pytest.mark.parametrize(("seconds", "bill"), [(0, 400), (-1, 0)])
    def test_for_seven_days_to_the_second(
        self, clara: User, stella: User, conrad: User, cora: User, seconds: int, bill: int
    ) -> None:
        no_path(stella, conrad, at=NOON + DAY, seconds=60)
        broken_off(clara, cora, at=NOON + 7.5 * DAY, seconds=60)

        again = no_path(clara, conrad, at=NOON + 8 * DAY + timedelta(seconds=seconds), seconds=60)

        assert again.bill == bill
