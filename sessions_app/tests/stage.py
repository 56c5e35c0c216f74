"""Brings a consultation to a state by the services alone, at moments that the test chooses."""

import uuid
from datetime import datetime, timedelta

from accounts.models import ConsultantProfile, User
from marketplace.time import travel
from sessions_app.models import Consultation
from sessions_app.services import requests, room, witness
from sessions_app.services.beats import Beat
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
        room.enter(consultation_id=consultation.pk, user=client)
        return room.enter(consultation_id=consultation.pk, user=consultant)


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
        witness.record_beats(
            beats=[Beat(consultation.pk, role, pages[role], 0.0, contact, unbroken) for role in roles],
            process=process,
        )
    return Consultation.objects.get(pk=consultation.pk)


def talk(consultation: Consultation, *, since: datetime, seconds: int) -> datetime:
    """Both sides answer every two seconds; returns the moment of the last beat."""
    for second in range(0, seconds + 1, 2):
        beat(consultation, at=since + timedelta(seconds=second))
    return since + timedelta(seconds=seconds - seconds % 2)
