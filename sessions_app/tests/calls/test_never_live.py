"""A call that did not connect says truthfully who was missing, also of somebody who came for a moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.receipts.receipt import receipt_of
from sessions_app.requests import place as requests
from sessions_app.states import EndReason
from sessions_app.tests.stage import beat, ring
from wallet.queries import balance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
R = EndReason
Stay = tuple[int, int] | None  # from, until: in seconds after the accept


def be_there(call: Consultation, role: str, stay: Stay) -> None:
    """Come into the room, and answer without hearing the other side until going again."""
    if stay is None:
        return
    with travel(NOON + timedelta(seconds=stay[0])):
        attendance.enter(consultation_id=call.pk, user=getattr(call, role))
    if stay[1] > stay[0] + 1:  # sooner than the first question there is no answer
        beat(call, at=NOON + timedelta(seconds=stay[1]), roles=(role,), contact=False)


@pytest.mark.parametrize(
    ("client", "consultant", "reason", "words"),
    [
        ((0, 120), None, R.CONSULTANT_ABSENT, "<bdi>Conrad</bdi> did not reach the room."),
        (None, (0, 120), R.CLIENT_ABSENT, "You did not reach the room."),
        (None, None, R.BOTH_ABSENT, "Neither of you reached the room."),
        ((0, 120), (2, 120), R.NO_MEDIA, "You were both in the room"),
        ((0, 60), (2, 120), R.NO_MEDIA, "You were both in the room"),
        ((0, 60), (50, 120), R.NO_MEDIA, "You were both in the room"),  # together for ten seconds
        ((0, 60), (51, 120), R.CLIENT_ABSENT, "You did not stay in the room."),
        ((0, 120), (10, 11), R.CONSULTANT_ABSENT, "<bdi>Conrad</bdi> did not stay in the room."),
        ((10, 11), (0, 120), R.CLIENT_ABSENT, "You did not stay in the room."),
        ((0, 60), (100, 120), R.CLIENT_ABSENT, "You did not stay in the room."),
        ((0, 120), (114, 120), R.CONSULTANT_ABSENT, "<bdi>Conrad</bdi> joined the room too late."),
        ((0, 10), (20, 30), R.BOTH_ABSENT, "Neither of you stayed in the room."),
        ((0, 60), None, R.CONSULTANT_ABSENT, "<bdi>Conrad</bdi> did not reach the room."),
    ],
)
def test_who_was_missing_is_told_as_it_was(
    clara: User,
    conrad: User,
    fund: Callable[..., None],
    client: Stay,
    consultant: Stay,
    reason: EndReason,
    words: str,
) -> None:
    fund(clara, 5000)
    call = ring(clara, conrad, at=NOON)
    with travel(NOON):
        requests.accept(consultation_id=call.pk, user=conrad)
    be_there(call, CLIENT, client)
    be_there(call, CONSULTANT, consultant)

    with travel(NOON + timedelta(seconds=121)):
        failed = deadlines.fail_unconnected(consultation_id=call.pk)

    assert failed.end_reason == reason
    assert receipt_of(consultation=failed, role=CLIENT).what_happened.startswith(words)
    assert balance(clara.pk).available == 5000
