"""Creates the top-ups and consultations of the last four weeks, in order, each once."""

import uuid
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from marketplace.core.time import travel
from marketplace.demo.books import Books, Talk, TopUp, moment_of
from marketplace.demo.plot import Play
from sessions_app.calls import deadlines
from sessions_app.errors import ConsultationError
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.states import OPEN
from wallet import queries
from wallet.payments.top_ups import top_up

NAMES = uuid.UUID("6f3d1c1e-90f0-4c59-9d5a-0d3e9b1a7c55")
USUAL_TOP_UP = 5000
DEADLINES = (
    requests.expire,
    deadlines.fail_unconnected,
    deadlines.stop_silent,
    deadlines.finish_bought_time,
    deadlines.give_up_return,
)


def close_torn_pages(*, books: Books) -> None:
    """Finish consultations of an interrupted run: their deadlines are long past, so apply them."""
    for row in _rows(books).filter(state__in=OPEN):
        for deadline in DEADLINES:
            with suppress(ConsultationError):
                deadline(consultation_id=row.pk)


def tell(*, books: Books, people: dict[str, User], today: datetime) -> int:
    """Play the missing consultations; returns their number."""
    numbered: list[tuple[int, TopUp | Talk]] = [*enumerate(books.top_ups), *enumerate(books.talks)]
    told = set(_rows(books).values_list("request_key", flat=True))
    for number, row in sorted(numbered, key=lambda one: moment_of(one[1], today)):
        at = moment_of(row, today)
        if isinstance(row, TopUp):
            _buy(people[row.client], row.amount, at, f"top-up {number}")
        elif _key(number) not in told:
            _play(row, number, at, people)
    return len(books.talks) - len(told)


def is_told(*, books: Books) -> bool:
    """Whether every consultation of the books exists and has ended."""
    return _rows(books).exclude(state__in=OPEN).count() == len(books.talks)


def _play(talk: Talk, number: int, at: datetime, people: dict[str, User]) -> None:
    client, consultant = people[talk.client], people[talk.consultant]
    if queries.balance(client.pk).available < consultant.profile.price:
        _buy(client, USUAL_TOP_UP, at - timedelta(seconds=95), f"before talk {number}")
    Play(talk, client, consultant, at + timedelta(seconds=number * 7 % 60), _key(number)).perform()


def _buy(person: User, amount: int, at: datetime, name: str) -> None:
    with travel(at):
        top_up(user_id=person.pk, amount=amount, form_key=uuid.uuid5(NAMES, name))


def _rows(books: Books) -> QuerySet[Consultation]:
    return Consultation.objects.filter(request_key__in=[_key(number) for number in range(len(books.talks))])


def _key(number: int) -> uuid.UUID:
    return uuid.uuid5(NAMES, f"talk {number}")
