"""Brings a consultation to a state by the services alone, at moments that the test chooses."""

import uuid
from datetime import datetime, timedelta

from accounts.models import ConsultantProfile, User
from marketplace.core.time import travel
from sessions_app.calls import attendance, deadlines, joint_time
from sessions_app.calls.beats import Beat
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.states import EndReason, State
from tests.support.cast import switch_on

CLIENT_PAGE, CONSULTANT_PAGE = "c11e0001", "c0250001"
PAGES = {"client": CLIENT_PAGE, "consultant": CONSULTANT_PAGE}


def ring(client: User, consultant: User, *, at: datetime, topic: str = "A question") -> Consultation:
    """A request that rings, placed at `at`."""
    switch_on(consultant)
    with travel(at):
        return requests.place_request(
            client=client,
            profile=ConsultantProfile.objects.get(user=consultant),
            question=requests.asked(topic=topic),
            request_key=uuid.uuid4(),
        )


def accepted(client: User, consultant: User, *, at: datetime) -> Consultation:
    """A request that was accepted in the second in which it rang; both pages are there."""
    consultation = ring(client, consultant, at=at)
    with travel(at):
        requests.accept(consultation_id=consultation.pk, user=consultant)
        attendance.enter(consultation_id=consultation.pk, user=client)
        return attendance.enter(consultation_id=consultation.pk, user=consultant)


def live(client: User, consultant: User, *, at: datetime) -> Consultation:
    """A call whose first joint second is `at`."""
    consultation = accepted(client, consultant, at=at)
    return beat(consultation, at=at)


def beat(
    consultation: Consultation,
    *,
    at: datetime,
    roles: tuple[str, ...] = ("client", "consultant"),
    contact: bool = True,
    unbroken: bool = True,
    pages: dict[str, str] = PAGES,
    process: uuid.UUID | None = None,
) -> Consultation:
    """The answers of these sides' pages, arriving at `at` (in this web process)."""
    with travel(at):
        joint_time.record_beats(
            beats=[Beat(consultation.pk, role, pages[role], 0.0, contact, unbroken) for role in roles],
            process=process,
        )
    return Consultation.objects.get(pk=consultation.pk)


def talk(consultation: Consultation, *, since: datetime, seconds: int) -> datetime:
    """Both sides answer every five seconds, less than a silence, and at the end; returns that moment."""
    for second in (*range(0, seconds, 5), seconds):
        beat(consultation, at=since + timedelta(seconds=second))
    return since + timedelta(seconds=seconds)


def broken_off(
    client: User, consultant: User, *, at: datetime, seconds: int, gone: tuple[str, ...] = ("client",)
) -> Consultation:
    """A call that began at `at`; after so many seconds these sides fell silent, for good.

    With nobody gone both pages answer, but hear nothing of each other. It is over 97 s after that.
    """
    call = live(client, consultant, at=at)
    last = talk(call, since=at, seconds=seconds)
    there = tuple(role for role in PAGES if role not in gone)
    for second in (3, 6, 94):
        beat(call, at=last + timedelta(seconds=second), roles=there, contact=False)
        if second == 6:
            with travel(last + timedelta(seconds=7)):
                deadlines.stop_silent(consultation_id=call.pk)
    with travel(last + timedelta(seconds=97)):
        return deadlines.give_up_return(consultation_id=call.pk)


def lost_before(client: User, consultant: User, *, at: datetime) -> Consultation:
    """The row of a minute whose client was lost at `at`: it used up the free call of these days."""
    return Consultation.objects.create(
        client=client,
        consultant=consultant,
        request_key=uuid.uuid4(),
        topic="A question",
        price=2000,
        fee_bps=2000,
        currency="XTS",
        bought_seconds=900,
        free_below_seconds=60,
        minimum_bill_seconds=180,
        state=State.ENDED,
        end_reason=EndReason.CLIENT_LOST,
        joint_seconds=60,
        requested_at=at,
        expires_at=at,
        ended_at=at,
        settled_at=at,
    )
