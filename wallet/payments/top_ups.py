"""Top-ups, each in its own transaction."""

import math
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from marketplace.core import rules
from marketplace.core.time import now
from wallet import ledger
from wallet.amounts import is_amount
from wallet.errors import IdempotencyMismatch, InvalidAmount, TooManyTopUps, TopUpOutOfRange
from wallet.models import TopUp, TopUpState, owner_key

HOUR = timedelta(hours=1)


@transaction.atomic(durable=True)
def top_up(*, user_id: int, amount: int, form_key: uuid.UUID) -> TopUp:
    """Add test credits to a person's wallet: no real money moves.

    In: hundredths of a credit, and the key of the submitted form (the same form adds once).
    Out: the purchase. Raises InvalidAmount, TopUpOutOfRange, TooManyTopUps, or IdempotencyMismatch for the
    same form with another amount.
    """
    _need_allowed(amount)
    user_key = owner_key(user_id)
    _wait_for_turn(user_key)
    moment = now()
    earlier = TopUp.objects.filter(user_key=user_key, form_key=form_key).first()
    if earlier is not None:
        return _same(earlier, amount)
    _need_room_this_hour(user_key, moment)
    bought = TopUp.objects.create(
        user_key=user_key,
        form_key=form_key,
        amount=amount,
        currency=settings.WALLET_CURRENCY,
        state=TopUpState.PAID,
        created_at=moment,
    )
    ledger.top_up(
        owner=user_key,
        amount=amount,
        currency=bought.currency,
        key=bought.key,
        reference=bought.key,
        now=moment,
    )
    return bought


def _need_allowed(amount: int) -> None:
    if not is_amount(amount):
        raise InvalidAmount
    if not rules.TOP_UP_MIN <= amount <= rules.TOP_UP_MAX:
        raise TopUpOutOfRange(smallest=rules.TOP_UP_MIN, largest=rules.TOP_UP_MAX)


def _wait_for_turn(user_key: str) -> None:
    # Two parallel requests would count the same rows, and before a first purchase there is no row to lock.
    with ledger.refusals_named(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"wallet:top_up:{user_key}"])


def _same(earlier: TopUp, amount: int) -> TopUp:
    if earlier.amount != amount:
        raise IdempotencyMismatch
    return earlier


def _need_room_this_hour(user_key: str, moment: datetime) -> None:
    limit = rules.TOP_UPS_PER_HOUR
    recent = TopUp.objects.filter(user_key=user_key, created_at__gt=moment - HOUR)
    newest = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:limit])
    if len(newest) == limit:
        wait = newest[-1] + HOUR - moment
        raise TooManyTopUps(limit=limit, seconds=math.ceil(wait.total_seconds()))
