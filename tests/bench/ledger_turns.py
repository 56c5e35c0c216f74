"""A hold and a capture through Django, each with the row of its consultation, in one transaction each."""

import random
import time
import uuid
from datetime import timedelta

from django.db import connections, transaction

from accounts.models import User
from marketplace.core.time import now
from sessions_app.models import Consultation
from sessions_app.states import State
from wallet import ledger

CURRENCY, PRICE, BILL, FEE = "XTS", 2000, 1200, 240


class Turns:
    """What one process does; its people are made once, with the ids that the wallets of the bench have."""

    def __init__(self, people: int, consultants: int, number: int) -> None:
        self.clients = list(range(1, people + 1))
        self.consultants = list(range(people + 1, people + consultants + 1))
        if number == 0:
            ids = self.clients + self.consultants
            User.objects.bulk_create(
                [User(pk=pk, email=f"{pk}@example.com") for pk in ids], ignore_conflicts=True
            )
        while User.objects.count() < people + consultants:
            time.sleep(0.1)

    def lifecycle(self, chance: random.Random, latencies: list[float]) -> None:
        """Two operations, and how long each took."""
        client, consultant = chance.choice(self.clients), chance.choice(self.consultants)
        began = time.perf_counter()
        pk = self._hold(client, consultant)
        held = time.perf_counter()
        self._capture(pk, client, consultant)
        latencies += [held - began, time.perf_counter() - held]

    def rest(self) -> None:
        """Give the thread's connection back to the pool."""
        connections.close_all()

    @transaction.atomic(durable=True)
    def _hold(self, client: int, consultant: int) -> uuid.UUID:
        stamp = now()
        row = Consultation.objects.create(
            client_id=client,
            consultant_id=consultant,
            request_key=uuid.uuid4(),
            topic="bench",
            price=PRICE,
            fee_bps=2000,
            free_below_seconds=60,
            minimum_bill_seconds=180,
            currency=CURRENCY,
            bought_seconds=900,
            requested_at=stamp,
            expires_at=stamp + timedelta(seconds=60),
        )
        ledger.hold(
            client=f"user:{client}", consultation=row.reference, amount=PRICE, currency=CURRENCY, now=stamp
        )
        return row.pk

    @transaction.atomic(durable=True)
    def _capture(self, pk: uuid.UUID, client: int, consultant: int) -> None:
        rows = Consultation.objects.filter(pk=pk, state=State.RINGING)
        stamp = now()
        assert rows.update(state=State.ENDED, ended_at=stamp, settled_at=stamp, bill=BILL, fee=FEE) == 1
        ledger.capture(
            client=f"user:{client}",
            consultant=f"user:{consultant}",
            consultation=f"consultation:{pk}",
            used=BILL,
            fee=FEE,
            currency=CURRENCY,
            now=stamp,
        )
