"""A worker: a seeded list of stories, told through the real services; what was answered is not repeated."""

import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connections, transaction

from accounts.models import ConsultantProfile, User
from marketplace.core.errors import DomainError
from marketplace.core.time import now
from sessions_app.calls.intervals import close_interval, open_interval
from sessions_app.calls.moves import hold_row, move
from sessions_app.calls.settlement import settle
from sessions_app.models import Consultation
from sessions_app.requests import place as requests
from sessions_app.states import EndReason, State
from tests.crash.acks import REFUSED, Ack, Acks
from wallet import ledger
from wallet.errors import LedgerBusy
from wallet.models import owner_key
from wallet.payments import top_ups

Step = tuple[str, Callable[[], str]]
BUSY_SECONDS = 0.05


class Worker:
    """`number` of `of` workers: each has consultants of its own, the clients belong to all."""

    def __init__(self, number: int, of: int, seed: int, folder: Path) -> None:
        self.acks = Acks(folder / f"worker-{number}.jsonl")
        self.troubles = Acks(folder / f"troubles-{number}.jsonl")
        self.stop = folder / "stop"
        self.chance = random.Random(seed * 1000 + number)
        self.number, self.of = number, of

    def run(self) -> None:
        """Until the stop file is there; the story at hand is finished."""
        known = {ack.key: ack.answer for ack in self.acks.read()}
        people = self._patiently(self._people)
        told_one = False
        for story in self._stories(*people):
            if finished(story, known):
                continue
            if told_one and self.stop.exists():
                return
            # The first one may be what this worker's forerunner was killed over: it is always asked again.
            self._tell(story, known)
            told_one = True

    def _people(self) -> tuple[list[int], list[int]]:
        clients = list(
            User.objects.filter(email__startswith="client").order_by("pk").values_list("pk", flat=True)
        )
        consultants = list(ConsultantProfile.objects.order_by("pk").values_list("pk", flat=True))
        return clients, consultants[self.number :: self.of]

    def _stories(self, clients: list[int], consultants: list[int]) -> Iterator[list[Step]]:
        """The same stories after every restart: chance is asked in the same order."""
        while True:
            key = uuid.UUID(int=self.chance.getrandbits(128), version=4)
            client, profile = self.chance.choice(clients), self.chance.choice(consultants)
            fate, seconds = self.chance.random(), self.chance.randint(180, 900)
            if fate < 0.15:
                amount = self.chance.randint(5, 30) * 100
                yield [(f"buy:{key}", lambda k=key, c=client, a=amount: buy(c, a, k))]
                continue
            story: list[Step] = [(f"ask:{key}", lambda k=key, c=client, p=profile: ask(c, p, k))]
            if fate < 0.3:
                story.append((f"decline:{key}", lambda k=key: decline(k)))
            else:
                story.append((f"accept:{key}", lambda k=key: accept(k)))
                story.append((f"start:{key}", lambda k=key: start(k)))
                story.append((f"end:{key}", lambda k=key, s=seconds: end(k, s)))
                if fate < 0.6:
                    story.append((f"mature:{key}", lambda k=key: mature(k)))
                if fate < 0.4:
                    story.append((f"refund:{key}", lambda k=key: refund(k)))
            yield story

    def _tell(self, story: list[Step], known: dict[str, str]) -> None:
        for key, step in story:
            answer = known.get(key)
            if answer is None:
                answer = self._patiently(lambda step=step: refusal_named(step))
                self.acks.write(Ack(key, answer))
            if answer.startswith(REFUSED):
                return

    def _patiently(self, step: Callable[[], object]) -> object:
        """Again with the same key, until the database answers: "timed out, did it happen?"."""
        while True:
            try:
                return step()
            except (DatabaseError, InterfaceError, LedgerBusy, OSError) as trouble:
                self.troubles.write(
                    Ack(type(trouble).__name__, " ".join(str(trouble.__cause__ or trouble).split())[:200])
                )
                forget_connections()
                time.sleep(BUSY_SECONDS)


def finished(story: list[Step], known: dict[str, str]) -> bool:
    """Whether every step was answered, up to a refusal."""
    for key, _step in story:
        if key not in known:
            return False
        if known[key].startswith(REFUSED):
            return True
    return True


def forget_connections() -> None:
    """The pool may hold connections to a server that is gone."""
    for connection in connections.all():
        try:
            connection.close()
            connection.close_pool()
        except Exception:
            connection.connection = None


def refusal_named(step: Callable[[], str]) -> str:
    try:
        return step()
    except LedgerBusy:
        raise
    except DomainError as refusal:
        return REFUSED + type(refusal).__name__


# --- the steps; each may be sent again


def buy(client: int, amount: int, key: uuid.UUID) -> str:
    return str(top_ups.top_up(user_id=client, amount=amount, form_key=key).pk)


def ask(client: int, profile: int, key: uuid.UUID) -> str:
    """As `request_call` does: a request that is there already is the answer."""
    earlier = Consultation.objects.filter(client_id=client, request_key=key).first()
    made = earlier or requests.place_request(
        client=User.objects.get(pk=client),
        profile=ConsultantProfile.objects.get(pk=profile),
        question=requests.asked(topic="Does it survive?"),
        request_key=key,
    )
    return str(made.pk)


def of(key: uuid.UUID) -> Consultation:
    return Consultation.objects.select_related("client", "consultant").get(request_key=key)


def decline(key: uuid.UUID) -> str:
    asked = of(key)
    return requests.decline(consultation_id=asked.pk, user=asked.consultant, reason="busy").state


def accept(key: uuid.UUID) -> str:
    asked = of(key)
    if asked.state == State.LIVE or asked.is_final:
        return "accepted"
    return requests.accept(consultation_id=asked.pk, user=asked.consultant) and "accepted"


@transaction.atomic(durable=True)
def start(key: uuid.UUID) -> str:
    """Joint time begins, without browsers to witness it."""
    consultation, stamp = hold_row(consultation_id=of(key).pk)
    if consultation.state == State.ACCEPTED:
        ends_at = stamp + timedelta(seconds=900)
        move(consultation=consultation, to=State.LIVE, at=stamp, kind="live", live_at=stamp, ends_at=ends_at)
        open_interval(consultation, stamp)
    return "live"


@transaction.atomic(durable=True)
def end(key: uuid.UUID, seconds: int) -> str:
    """Joint time ends after `seconds`, and the call is settled in the same transaction."""
    consultation, stamp = hold_row(consultation_id=of(key).pk)
    if consultation.state == State.LIVE:
        begun = consultation.live_at or stamp
        close_interval(consultation, begun + timedelta(seconds=seconds), EndReason.CLIENT_ENDED)
        consultation = settle(consultation=consultation, reason=EndReason.CLIENT_ENDED, at=stamp)
    return f"{consultation.pk} {consultation.bill} {consultation.fee}"


@transaction.atomic(durable=True)
def mature(key: uuid.UUID) -> str:
    talk = of(key)
    late = (talk.settled_at or now()) + timedelta(days=30)
    done = ledger.mature(
        consultant=owner_key(talk.consultant_id),
        consultation=talk.reference,
        currency=talk.currency,
        now=late,
    )
    return str(done.journal_id)


@transaction.atomic(durable=True)
def refund(key: uuid.UUID) -> str:
    talk = of(key)
    done = ledger.refund(
        client=owner_key(talk.client_id),
        consultant=owner_key(talk.consultant_id),
        consultation=talk.reference,
        amount=talk.bill,
        dispute=f"dispute:{key}",
        currency=talk.currency,
        now=now(),
    )
    return str(done.journal_id)
