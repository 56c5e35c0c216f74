"""The only door that moves money: a thin face over the SQL functions of `wallet/sql/`.

Every function runs inside the caller's transaction, together with the change of what the money is for. The
caller holds that row first (docs/decisions/0003-locking-order.md) and makes one ledger call per transaction.
A refusal dooms the whole transaction, also where somebody catches it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from wallet import errors
from wallet.amounts import is_amount


@dataclass(frozen=True)
class Posted:
    """The journal of the operation; `replayed` when the same request had been booked before."""

    journal_id: int
    replayed: bool


def top_up(*, owner: str, amount: int, currency: str, key: str, reference: str, now: datetime) -> Posted:
    """Bring credits into the owner's wallet from outside."""
    _need_amounts(amount)
    return _call("top_up", key, owner, amount, currency, reference, now)


def hold(*, client: str, consultation: str, amount: int, currency: str, now: datetime) -> Posted:
    """Set the client's credits aside for one consultation; raises InsufficientCredits."""
    _need_amounts(amount)
    return _call("hold", f"{consultation}:hold", client, consultation, amount, currency, now)


def release(*, client: str, consultation: str, currency: str, now: datetime) -> Posted:
    """Give all that is held for the consultation back to the client; raises NoEscrow or AlreadySettled."""
    return _call("release", f"{consultation}:release", client, consultation, currency, now)


def capture(
    *, client: str, consultant: str, consultation: str, used: int, fee: int, currency: str, now: datetime
) -> Posted:
    """Pay `used` out of what is held (`fee` of it to the platform) and give the rest back to the client.

    Raises NoEscrow, AlreadySettled or CaptureExceedsHold. A bill of 0 is a release, not a capture.
    """
    _need_amounts(used)
    if fee != 0:
        _need_amounts(fee)
    key = f"{consultation}:capture"
    return _call("capture", key, client, consultant, consultation, used, fee, currency, now)


STATEMENTS = {
    "top_up": "SELECT * FROM ledger_top_up(%s, %s, %s::bigint, %s, %s, %s::timestamptz)",
    "hold": "SELECT * FROM ledger_hold(%s, %s, %s, %s::bigint, %s, %s::timestamptz)",
    "release": "SELECT * FROM ledger_release(%s, %s, %s, %s, %s::timestamptz)",
    "capture": "SELECT * FROM ledger_capture(%s, %s, %s, %s, %s::bigint, %s::bigint, %s, %s::timestamptz)",
}

# The guards of the database, by the name that a refusal carries, and what each means to a caller.
GUARDS: dict[str, type[errors.WalletError]] = {
    "wallet_account_no_overdraft": errors.InsufficientCredits,
    "wallet_account_currency": errors.CurrencyMismatch,
    "ledger_one_currency": errors.CurrencyMismatch,
    "ledger_known_account": errors.UnknownAccount,
    "ledger_idempotency": errors.IdempotencyMismatch,
    "ledger_no_escrow": errors.NoEscrow,
    "ledger_capture_within_hold": errors.CaptureExceedsHold,
    "ledger_fee": errors.InvalidAmount,
    "wallet_posting_amount_positive": errors.InvalidAmount,
    "wallet_journal_one_settlement": errors.AlreadySettled,
    "wallet_journal_key_not_empty": errors.InvalidReference,
    "wallet_journal_reference_not_empty": errors.InvalidReference,
    "wallet_account_people_have_a_floor": errors.InvalidReference,
}

# lock timeout, deadlock, statement timeout, and a snapshot that is too old
BUSY_STATES = {"55P03", "40P01", "57014", "40001"}
# a sum that is too large for a bigint; a currency of more than three letters
DATA_STATES: dict[str, type[errors.WalletError]] = {
    "22003": errors.InvalidAmount,
    "22001": errors.CurrencyMismatch,
}


def _call(operation: str, *values: str | int | datetime) -> Posted:
    if not connection.in_atomic_block:
        raise errors.OutsideTransaction
    with transaction.atomic(savepoint=False), refusals_named(), connection.cursor() as cursor:
        cursor.execute(STATEMENTS[operation], values)
        journal_id, replayed = cursor.fetchone()
    return Posted(journal_id, replayed)


def _need_amounts(*amounts: object) -> None:
    if not all(is_amount(amount) for amount in amounts):
        raise errors.InvalidAmount


@contextmanager
def refusals_named() -> Iterator[None]:
    """Turn what the database refuses into the errors of this app."""
    try:
        yield
    except DatabaseError as problem:
        named = _named(problem)
        if named is None:
            raise
        raise named from problem


def _named(problem: DatabaseError) -> errors.WalletError | None:
    diagnosis: Any = getattr(problem.__cause__, "diag", None)
    if diagnosis is None or diagnosis.sqlstate is None:
        return None
    if diagnosis.sqlstate in BUSY_STATES:
        return errors.LedgerBusy()
    if diagnosis.sqlstate in DATA_STATES:
        return DATA_STATES[diagnosis.sqlstate]()
    refusal = GUARDS.get(diagnosis.constraint_name or "")
    if refusal is not None:
        return refusal(**_details(refusal, diagnosis.message_detail))
    return errors.LedgerRefused() if diagnosis.sqlstate.startswith("23") else None


def _details(refusal: type[errors.WalletError], detail: str | None) -> dict[str, int]:
    """The amounts that the database told along with the refusal, by the names the error speaks of."""
    if not refusal.spoken:
        return {}
    told = json.loads(detail) if detail else {}
    if refusal is errors.InsufficientCredits:
        told["missing"] = told["needed"] - told["available"]
    return {name: told[name] for name in refusal.spoken}
