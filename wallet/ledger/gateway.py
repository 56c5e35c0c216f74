"""Calls an operation of the database, and turns the database's refusals into named errors."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

from wallet import errors
from wallet.amounts import is_amount

Value = str | int | datetime | None


@dataclass(frozen=True)
class Posted:
    """The operation's journal; `replayed` means that the same request was already booked."""

    journal_id: int
    replayed: bool


# One SQL function per operation. Explicit casts spare PostgreSQL the type inference.
STATEMENTS = {
    name: "SELECT * FROM ledger_" + name + "(" + ", ".join(f"%s::{type_}" for type_ in types.split()) + ")"  # noqa: S608
    for name, types in {
        "top_up": "text text bigint text text timestamptz",
        "top_up_fee": "text text bigint text timestamptz",
        "hold": "text text text bigint text timestamptz",
        "extend": "text text text bigint text timestamptz",
        "release": "text text text text timestamptz",
        "capture": "text text text text bigint bigint text timestamptz",
        "mature": "text text text timestamptz text timestamptz",
        "refund": "text text text text bigint text timestamptz",
        "payout": "text text text bigint text timestamptz",
        "payout_done": "text text bigint text timestamptz",
        "payout_failed": "text text bigint text timestamptz",
        "cash_refund": "text text text text bigint text timestamptz",
        "cash_refund_done": "text text bigint text timestamptz",
        "cash_refund_failed": "text text bigint text timestamptz",
        "chargeback": "text text text bigint text timestamptz",
        "adjust": "text text bigint bigint bigint text text timestamptz",
        "reverse": "text bigint bigint text timestamptz",
    }.items()
}

# The database's guards by the name that a refusal carries, and the error that each becomes.
GUARDS: dict[str, type[errors.WalletError]] = {
    "wallet_account_no_overdraft": errors.InsufficientCredits,
    "wallet_account_currency": errors.CurrencyMismatch,
    "ledger_one_currency": errors.CurrencyMismatch,
    "ledger_known_account": errors.UnknownAccount,
    "ledger_known_journal": errors.UnknownJournal,
    "ledger_idempotency": errors.IdempotencyMismatch,
    "ledger_no_escrow": errors.NoEscrow,
    "ledger_capture_within_hold": errors.CaptureExceedsHold,
    "ledger_not_captured": errors.NotCaptured,
    "ledger_dispute_window": errors.InDisputeWindow,
    "ledger_nothing_pending": errors.NothingPending,
    "ledger_refund_within_bill": errors.RefundExceedsBill,
    "ledger_within_payment": errors.RefundExceedsPayment,
    "ledger_not_in_transit": errors.NotInTransit,
    "ledger_transit_amount": errors.TransitAmountDiffers,
    "ledger_second_person": errors.SecondPersonNeeded,
    "ledger_staff": errors.StaffOnly,
    "ledger_own_credits": errors.OwnCredits,
    "ledger_reversible": errors.NotReversible,
    "ledger_fee": errors.InvalidAmount,
    "wallet_posting_amount_positive": errors.InvalidAmount,
    "wallet_journal_one_settlement": errors.AlreadySettled,
    "wallet_journal_one_reverse": errors.AlreadyReversed,
    "wallet_journal_two_people": errors.SecondPersonNeeded,
    "wallet_journal_adjust_has_reason": errors.ReasonNeeded,
    "wallet_journal_key_not_empty": errors.InvalidReference,
    "wallet_journal_reference_not_empty": errors.InvalidReference,
    "wallet_account_people_have_a_floor": errors.InvalidReference,
}

# lock timeout, deadlock, statement timeout, and a snapshot that is too old
BUSY_STATES = {"55P03", "40P01", "57014", "40001"}
# a sum too large for a bigint; a currency longer than three letters
DATA_STATES: dict[str, type[errors.WalletError]] = {
    "22003": errors.InvalidAmount,
    "22001": errors.CurrencyMismatch,
}


def call(operation: str, *values: Value) -> Posted:
    """Run one operation inside the caller's transaction."""
    if not connection.in_atomic_block:
        raise errors.OutsideTransaction
    with transaction.atomic(savepoint=False), refusals_named():
        journal_id, replayed = _prepared(STATEMENTS[operation], values)
    return Posted(journal_id, replayed)


def _prepared(statement: str, values: tuple[Value, ...]) -> tuple[int, bool]:
    """Run it as a prepared statement, which the server has already planned.

    Django's own cursor writes the values into the text, so the server would parse and plan every call.
    """
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute(statement, values, prepare=True).fetchone()
    assert row is not None
    return row[0], row[1]


def need_amounts(*amounts: object) -> None:
    """Raise InvalidAmount unless all are whole numbers above 0 that fit a bigint."""
    if not all(is_amount(amount) for amount in amounts):
        raise errors.InvalidAmount


@contextmanager
def refusals_named() -> Iterator[None]:
    """Turn the database's refusals into this app's errors."""
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
    """The amounts that the database sent with the refusal, under the names that the error's sentence uses."""
    if not refusal.spoken:
        return {}
    told = json.loads(detail) if detail and detail.startswith("{") else {}
    if refusal is errors.InsufficientCredits:
        told["missing"] = told["needed"] - told["available"]
    return {name: told[name] for name in refusal.spoken if name in told}
