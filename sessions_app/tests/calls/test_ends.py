"""What every end of a call costs, through the real services and the ledger. All values are written out."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.calls.beats import Beat
from sessions_app.calls.intervals import close_interval, last_joint_moment
from sessions_app.calls.joint_time import record_beats
from sessions_app.calls.moves import hold_row
from sessions_app.calls.settlement import settle
from sessions_app.calls.web_processes import say_alive
from sessions_app.errors import ConsultationError
from sessions_app.models import CLIENT, CONSULTANT, Consultation, Engagement
from sessions_app.requests import place as requests
from sessions_app.states import EndReason, State
from sessions_app.tests.stage import PAGES, beat, live, ring, talk
from tests.support import cast
from wallet.models import AccountKind, owner_key
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
R = EndReason
Fund = Callable[..., None]
DYING, HEALTHY = uuid.UUID(int=1), uuid.UUID(int=2)

# joint seconds, and for each end the seconds that are billed
SECONDS = (59, 60, 120, 179, 180, 181, 899)
BILLED = {
    R.CLIENT_ENDED: (0, 180, 180, 180, 180, 181, 899),
    R.CLIENT_LEFT: (0, 180, 180, 180, 180, 181, 899),
    R.CONSULTANT_ENDED: (0, 0, 0, 0, 180, 181, 899),
    R.CONSULTANT_LEFT: (0, 0, 0, 0, 180, 181, 899),
    R.STAFF_ENDED: (0, 0, 0, 0, 180, 181, 899),
    # a side that was heard at 899 is not silent at 900: the bought time ends the call, and not the silence
    R.CLIENT_LOST: (0, 0, 0, 0, 180, 181, 900),
    R.CONSULTANT_LOST: (0, 0, 0, 0, 180, 181, 900),
    R.BOTH_LOST: (0, 0, 0, 0, 180, 181, 900),
    R.NO_PATH: (0, 0, 0, 0, 180, 181, 900),
    R.SERVER_LOST: (0, 0, 0, 0, 180, 181, 900),
}
# seconds billed at 20.00 credits: bill, fee, what is left of 50.00, what waits for the consultant
SUMS = {
    0: (0, 0, 5000, 0),
    180: (400, 80, 4600, 320),
    181: (402, 80, 4598, 322),
    899: (1997, 399, 3003, 1598),
    900: (2000, 400, 3000, 1600),
}


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def pressed(call: Consultation, second: int, *, role: str) -> None:
    with travel(later(second)):
        attendance.end(consultation_id=call.pk, user=getattr(call, role))


def left(call: Consultation, second: int, *, role: str) -> None:
    with travel(later(second)):
        attendance.leave(consultation_id=call.pk, user=getattr(call, role))
    with travel(later(second + 90)):
        deadlines.give_up_return(consultation_id=call.pk)


def silent(call: Consultation, second: int, *, gone: tuple[str, ...], contact: bool = True) -> None:
    there = tuple(role for role in PAGES if role not in gone)
    for after in (3, 6):
        beat(call, at=later(second + after), roles=there, contact=contact)
    run_out(call, second + 7)


def server_lost(call: Consultation, second: int) -> None:
    """Another process is there after ten seconds; nobody comes to it."""
    for after in range(10, 27, 2):
        with travel(later(second + after)):
            say_alive(process=HEALTHY)
    run_out(call, second + 26)


def run_out(call: Consultation, second: int) -> None:
    """What the clock does with a call in which somebody fell silent."""
    try:
        with travel(later(second)):
            deadlines.stop_silent(consultation_id=call.pk)
    except ConsultationError:
        with travel(later(second)):
            deadlines.finish_bought_time(consultation_id=call.pk)
    else:
        with travel(later(second + 90)):
            deadlines.give_up_return(consultation_id=call.pk)


def staff_ended(call: Consultation, second: int) -> None:
    """No page of staff does this yet; what it costs is settled already."""
    with travel(later(second)), transaction.atomic(durable=True):
        consultation, stamp = hold_row(consultation_id=call.pk)
        close_interval(consultation, stamp, R.STAFF_ENDED)
        settle(consultation=consultation, reason=R.STAFF_ENDED, at=stamp)


HAPPENS: dict[R, Callable[[Consultation, int], None]] = {
    R.CLIENT_ENDED: partial(pressed, role=CLIENT),
    R.CLIENT_LEFT: partial(left, role=CLIENT),
    R.CONSULTANT_ENDED: partial(pressed, role=CONSULTANT),
    R.CONSULTANT_LEFT: partial(left, role=CONSULTANT),
    R.STAFF_ENDED: staff_ended,
    R.CLIENT_LOST: partial(silent, gone=(CLIENT,)),
    R.CONSULTANT_LOST: partial(silent, gone=(CONSULTANT,)),
    R.BOTH_LOST: partial(silent, gone=(CLIENT, CONSULTANT)),
    R.NO_PATH: partial(silent, gone=(), contact=False),
    R.SERVER_LOST: server_lost,
}


def outcome(call: Consultation) -> tuple[object, ...]:
    """All that an end leaves behind, in the row and in the books."""
    talk = Consultation.objects.get(pk=call.pk)
    client = balance(talk.client_id)
    return (
        talk.state,
        talk.end_reason,
        talk.joint_seconds,
        talk.billable_seconds,
        talk.bill,
        talk.fee,
        client.available,
        client.held,
        cast.balance_of(AccountKind.CONSULTANT_PENDING, owner_key(talk.consultant_id)),
        cast.balance_of(AccountKind.PLATFORM_REVENUE),
        cast.ledger_sum(),
        Engagement.objects.filter(consultation=talk).count(),
    )


def at_once(fund: Fund) -> dict[R, Consultation]:
    """A call for each end, all live since noon, each with two people of its own."""
    calls: dict[R, Consultation] = {}
    for number, reason in enumerate(BILLED):
        client, consultant = cast.person(f"c{number}"), cast.consultant(f"k{number}")
        fund(client, 5000)
        calls[reason] = live(client, consultant, at=NOON)
    return calls


def all_talk(calls: dict[R, Consultation], seconds: int) -> None:
    """Both pages of each call answer every five seconds; one pair's last answer reaches a dying process."""
    beats = [Beat(call.pk, role, PAGES[role], 0.0, True, True) for call in calls.values() for role in PAGES]
    for second in (*range(0, seconds, 5), seconds):
        with travel(later(second)):
            record_beats(beats=beats)
    beat(calls[R.SERVER_LOST], at=later(seconds), process=DYING)
    with travel(later(seconds)):
        say_alive(process=DYING)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", SECONDS)
def test_every_end_costs_what_the_table_of_ends_says(fund: Fund, seconds: int) -> None:
    calls = at_once(fund)
    all_talk(calls, seconds)
    revenue, found, expected = 0, {}, {}
    for reason, call in calls.items():
        billed = BILLED[reason][SECONDS.index(seconds)]
        bill, fee, remains, pending = SUMS[billed]
        revenue += fee
        why, joint = (R.TIME_UP, 900) if billed == 900 else (reason, seconds)
        settled = (joint, billed, bill, fee, remains, 0, pending)
        expected[reason] = (State.ENDED, why, *settled, revenue, 0, 0)

        HAPPENS[reason](call, seconds)

        found[reason] = outcome(call)
    assert found == expected


@pytest.fixture
def call(clara: User, conrad: User, fund: Fund) -> Consultation:
    """A live call whose first joint second is noon; 20.00 credits for 15 minutes."""
    fund(clara, 5000)
    return live(clara, conrad, at=NOON)


def test_a_side_that_was_heard_six_seconds_before_the_end_is_not_silent_there(call: Consultation) -> None:
    talk(call, since=NOON, seconds=894)

    run_out(call, 910)

    assert outcome(call) == (State.ENDED, R.TIME_UP, 900, 900, 2000, 400, 3000, 0, 1600, 400, 0, 0)


def test_a_side_that_was_silent_for_longer_at_the_end_is_lost(call: Consultation) -> None:
    talk(call, since=NOON, seconds=893)

    run_out(call, 910)

    assert outcome(call) == (State.ENDED, R.BOTH_LOST, 893, 893, 1984, 396, 3016, 0, 1588, 396, 0, 0)


def test_no_moment_after_the_bought_time_is_joint() -> None:
    heard = Consultation(state=State.LIVE, ends_at=later(900), witnessed_until=later(899))

    assert last_joint_moment(heard, later(903)) == later(900)


@pytest.mark.parametrize("role", [CLIENT, CONSULTANT])
def test_a_press_after_the_end_does_not_bill_what_followed_a_loss(call: Consultation, role: str) -> None:
    talk(call, since=NOON, seconds=800)
    for second in range(805, 911, 5):
        beat(call, at=later(second), roles=(role,), contact=False)

    with travel(later(911)):
        ended = attendance.end(consultation_id=call.pk, user=getattr(call, role))

    other = CONSULTANT if role == CLIENT else CLIENT
    assert (ended.end_reason, ended.joint_seconds, ended.bill) == (f"{other}_lost", 800, 1777)


@pytest.mark.parametrize(
    ("reason", "entered"),
    [
        (R.CLIENT_ABSENT, (CONSULTANT,)),
        (R.CONSULTANT_ABSENT, (CLIENT,)),
        (R.BOTH_ABSENT, ()),
        (R.NO_MEDIA, (CLIENT, CONSULTANT)),
    ],
)
def test_a_call_that_never_was_live_costs_nothing_and_brings_no_fee(
    clara: User, conrad: User, fund: Fund, reason: R, entered: tuple[str, ...]
) -> None:
    fund(clara, 5000)
    call = ring(clara, conrad, at=NOON)
    with travel(NOON):
        requests.accept(consultation_id=call.pk, user=conrad)
        for role in entered:
            attendance.enter(consultation_id=call.pk, user=getattr(call, role))
    beat(call, at=later(119), roles=entered, contact=False)

    with travel(later(120)):
        deadlines.fail_unconnected(consultation_id=call.pk)

    assert outcome(call) == (State.FAILED, reason, 0, 0, 0, 0, 5000, 0, 0, 0, 0, 0)
