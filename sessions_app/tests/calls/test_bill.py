"""The arithmetic of a bill."""

import pytest

from sessions_app.calls.settlement import bill_for, billable_seconds
from sessions_app.states import EndReason

R = EndReason


@pytest.mark.parametrize(
    ("joint", "reason", "used_free", "billed"),
    [
        (0, R.CLIENT_ENDED, False, 0),
        (59, R.CLIENT_ENDED, False, 0),
        (59, R.CLIENT_LOST, True, 0),
        (60, R.CLIENT_ENDED, False, 180),
        (179, R.CLIENT_LEFT, False, 180),
        (120, R.CONSULTANT_ENDED, False, 0),
        (120, R.CONSULTANT_LEFT, False, 0),
        (120, R.CONSULTANT_LOST, False, 0),
        (120, R.BOTH_LOST, False, 0),
        (179, R.SERVER_LOST, False, 0),
        (179, R.STAFF_ENDED, True, 0),
        (120, R.NO_PATH, False, 0),
        (120, R.NO_PATH, True, 180),
        (59, R.NO_PATH, True, 0),
        (180, R.NO_PATH, False, 180),
        (120, R.CLIENT_LOST, False, 0),
        (120, R.CLIENT_LOST, True, 180),
        (180, R.CONSULTANT_LOST, False, 180),
        (540, R.CLIENT_ENDED, False, 540),
        (900, R.TIME_UP, False, 900),
    ],
)
def test_short_calls_are_billed_by_who_ended_them(
    joint: int, reason: EndReason, used_free: bool, billed: int
) -> None:
    assert billable_seconds(joint=joint, reason=reason, used_free=used_free) == billed


@pytest.mark.parametrize(
    ("price", "seconds", "bill", "fee"),
    [
        (2000, 900, 2000, 400),
        (2000, 540, 1200, 240),
        (2000, 800, 1777, 355),
        (1, 899, 0, 0),
        (2000, 901, 2000, 400),
    ],
)
def test_bill_and_fee_are_floored_once_and_never_above_the_hold(
    price: int, seconds: int, bill: int, fee: int
) -> None:
    assert bill_for(price=price, billable=seconds, fee_bps=2000, held=price) == (bill, fee)
