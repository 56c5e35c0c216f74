"""The attack table of the ledger: raw SQL as the owner of the tables, past every line of Python."""

import pytest
from django.db import IntegrityError, transaction

from wallet import ledger
from wallet.checks import GUARDS, violations
from wallet.models import AccountKind, Op
from wallet.tests.support import CALL, CLARA, CONRAD, STELLA, account_id, book, give, guard_off, of, rows

pytestmark = pytest.mark.django_db

JOURNAL = """
    INSERT INTO wallet_journal
        (op, idem_key, request_hash, reference, occurred_at, actor_id, reason, reverses_id)
    VALUES (%s, %s, '\\x00', %s, clock_timestamp(), %s, %s, %s) RETURNING id"""
POSTING = "INSERT INTO wallet_posting (journal_id, debit_id, credit_id, amount) VALUES (%s, %s, %s, %s)"
ACCOUNT = """
    INSERT INTO wallet_account (kind, owner, currency, floor, balance_mode, balance)
    VALUES (%s, %s, %s, %s, %s, %s) RETURNING id"""


@pytest.fixture(autouse=True)
def story() -> None:
    """Clara bought 50.00 and 20.00 of it are held for a call."""
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)


def journal(op="hold", key="raw", reference="raw:1", actor=None, reason=None, reverses=None) -> int:
    return rows(JOURNAL, op, key, reference, actor, reason, reverses)[0][0]


def refused(guard: str, sql: str, *values: object) -> None:
    """The database answers with an IntegrityError that carries the guard's name."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        rows(sql, *values)
    assert refusal.value.__cause__.diag.constraint_name == guard


def refused_posting(guard: str, debit: int, credit: int, amount: int) -> None:
    """A posting of a new journal is refused, and the journal with it."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        rows(POSTING, journal(), debit, credit, amount)
    assert refusal.value.__cause__.diag.constraint_name == guard


def test_every_guard_is_installed_and_enabled():
    found = rows("SELECT tgname, tgrelid::regclass::text, tgenabled FROM pg_trigger WHERE NOT tgisinternal")

    assert {name: table for name, table, enabled in found if enabled == "O"} == GUARDS


def test_every_check_is_validated():
    unchecked = "SELECT conname FROM pg_constraint WHERE conname LIKE 'wallet%' AND NOT convalidated"

    assert rows(unchecked) == []


def test_functions_run_as_the_owner_with_a_fixed_search_path():
    loose = rows(
        "SELECT proname FROM pg_proc WHERE proname IN "
        "('ledger_top_up', 'ledger_hold', 'ledger_release', 'ledger_capture', 'ledger_apply') "
        "AND (NOT prosecdef OR coalesce(proconfig::text, '') NOT LIKE '%search_path=pg_catalog, public%')"
    )

    assert loose == []


def test_only_the_owner_may_call_the_functions_until_somebody_is_granted():
    open_to_all = rows(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'ledger%' AND prosecdef "
        "AND has_function_privilege('public', oid, 'EXECUTE')"
    )

    assert open_to_all == []


# --- an overdraft


def test_posting_that_overdraws_a_wallet_is_refused():
    refused_posting(
        "wallet_account_no_overdraft", account_id("client_available", CLARA), account_id("escrow", CALL), 3001
    )


def test_check_refuses_an_overdraft_that_the_posting_trigger_did_not_see():
    with guard_off("wallet_account", "ledger_account_derived"):
        refused(
            "wallet_account_no_overdraft",
            "UPDATE wallet_account SET balance = -1 WHERE kind = 'client_available' AND owner = %s",
            CLARA,
        )


def test_money_that_came_in_after_the_account_was_found_too_empty_is_counted():
    client = account_id("client_available", CLARA)

    with guard_off("wallet_account", "ledger_account_derived"):  # called here without a posting around it
        assert rows("SELECT ledger_moved_late(%s, -3000)", client) == [("XTS",)]

    assert of("client_available", CLARA) == 0


def test_escrow_cannot_pay_more_than_it_holds():
    refused_posting(
        "wallet_account_no_overdraft", account_id("escrow", CALL), account_id("client_available", CLARA), 2001
    )


# --- accounts


@pytest.mark.parametrize("balance", [1, -1, 10**9])
def test_balance_cannot_be_set(balance):
    refused("ledger_derived", "UPDATE wallet_account SET balance = %s WHERE owner = %s", balance, CLARA)


@pytest.mark.parametrize("balance", [1, -1])
def test_account_is_not_born_with_a_balance(balance):
    refused("ledger_born_empty", ACCOUNT, "platform_revenue", "x", "XTS", None, "row", balance)


@pytest.mark.parametrize(
    "change",
    ["floor = NULL", "floor = -100", "owner = 'user:3'", "kind = 'escrow'", "currency = 'EUR'", "id = 9999",
     "balance_mode = 'fold'"],
)  # fmt: skip
def test_account_keeps_what_it_is(change):
    refused("ledger_identity", f"UPDATE wallet_account SET {change} WHERE owner = %s", CLARA)


@pytest.mark.parametrize(
    ("guard", "kind", "owner", "currency", "floor", "mode"),
    [
        ("wallet_account_kind", "pocket_money", "", "XTS", None, "fold"),
        ("wallet_account_mode", "platform_revenue", "x", "XTS", None, "guess"),
        ("wallet_account_currency", "client_available", STELLA, "xts", 0, "row"),
        ("wallet_account_floor_needs_row", "client_available", STELLA, "XTS", 0, "fold"),
        ("wallet_account_people_have_a_floor", "client_available", STELLA, "XTS", None, "row"),
        ("wallet_account_people_have_a_floor", "escrow", CALL + "x", "XTS", -1000, "row"),
        ("wallet_account_one_per_owner", "client_available", CLARA, "XTS", 0, "row"),
        ("wallet_account_one_per_owner", "cash_clearing", "", "XTS", None, "fold"),
    ],
)
def test_account_of_another_shape_is_refused(guard, kind, owner, currency, floor, mode):
    refused(guard, ACCOUNT, kind, owner, currency, floor, mode, 0)


@pytest.mark.parametrize("table", ["wallet_account", "wallet_journal", "wallet_posting"])
def test_rows_are_never_deleted(table):
    refused("ledger_immutable", f"DELETE FROM {table}")


@pytest.mark.parametrize("cascade", ["", "CASCADE"])
@pytest.mark.parametrize("table", ["wallet_account", "wallet_journal", "wallet_posting"])
def test_tables_are_never_truncated(table, cascade):
    rows("SET CONSTRAINTS ALL IMMEDIATE")

    refused("ledger_immutable", f"TRUNCATE {table} {cascade}")


# --- journals and postings


@pytest.mark.parametrize(
    "change",
    [
        "wallet_posting SET amount = 1",
        "wallet_posting SET credit_id = debit_id",
        "wallet_journal SET op = 'release'",
        "wallet_journal SET xid = pg_current_xact_id()",
        "wallet_journal SET occurred_at = clock_timestamp()",
        "wallet_foldsnapshot SET balance = 1",
    ],
)
def test_rows_are_never_changed(change):
    refused("ledger_immutable", f"UPDATE {change}")


@pytest.mark.parametrize("amount", [0, -1])
def test_posting_moves_more_than_nothing(amount):
    client, escrow = account_id("client_available", CLARA), account_id("escrow", CALL)

    refused_posting("wallet_posting_amount_positive", client, escrow, amount)


def test_posting_does_not_go_in_a_circle():
    client = account_id("client_available", CLARA)

    refused_posting("wallet_posting_two_accounts", client, client, 1)


@pytest.mark.parametrize("side", ["debit", "credit"])
def test_posting_to_an_unknown_account_is_refused(side):
    known = account_id("cash_clearing")
    debit, credit = (10**12, known) if side == "debit" else (known, 10**12)

    refused_posting("ledger_known_account", debit, credit, 1)


def test_posting_of_a_journal_that_does_not_exist_is_refused():
    refused("ledger_sealed", POSTING, 10**12, account_id("cash_clearing"), account_id("escrow", CALL), 1)


def test_posting_between_two_currencies_is_refused():
    book(ledger.top_up, owner=STELLA, amount=500, currency="EUR", key="eur", reference="eur")
    euro, credit = account_id("client_available", STELLA, "EUR"), account_id("client_available", CLARA)

    refused_posting("ledger_one_currency", euro, credit, 1)


def test_journal_without_a_posting_is_refused_at_commit():
    rows("SET CONSTRAINTS ALL IMMEDIATE")  # as COMMIT does

    refused("ledger_nonempty", JOURNAL, "hold", "raw", "raw:1", None, None, None)


@pytest.mark.parametrize(
    ("guard", "values"),
    [
        ("wallet_journal_op", ("gift", "k", "r", None, None, None)),
        ("wallet_journal_key_not_empty", ("hold", "", "r", None, None, None)),
        ("wallet_journal_reference_not_empty", ("hold", "k", "", None, None, None)),
        ("wallet_journal_one_per_key", ("hold", f"{CALL}:hold", "r", None, None, None)),
        ("wallet_journal_adjust_has_reason", ("adjust", "k", "r", None, "no actor", None)),
        ("wallet_journal_adjust_has_reason", ("adjust", "k", "r", 7, None, None)),
        ("wallet_journal_adjust_has_reason", ("adjust", "k", "r", 7, "", None)),
        ("wallet_journal_only_reverse_reverses", ("reverse", "k", "r", None, None, None)),
        ("wallet_journal_only_reverse_reverses", ("hold", "k", "r", None, None, 1)),
    ],
)
def test_journal_of_another_shape_is_refused(guard, values):
    refused(guard, JOURNAL, *values)


@pytest.mark.parametrize("column", ["idem_key", "reference", "request_hash", "occurred_at", "op"])
def test_journal_needs_every_fact(column):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows(JOURNAL.replace("'\\x00'", "NULL") if column == "request_hash" else JOURNAL.replace(
            "clock_timestamp()", "NULL") if column == "occurred_at" else JOURNAL,
            None if column == "op" else "hold", None if column == "idem_key" else "k",
            None if column == "reference" else "r", None, None, None)  # fmt: skip


def test_journal_is_reversed_at_most_once():
    first = journal()
    journal("reverse", "reverse:1", reverses=first)

    with pytest.raises(IntegrityError), transaction.atomic():
        journal("reverse", "reverse:2", reverses=first)
    transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("first", "second"), [("capture", "release"), ("capture", "capture"), ("release", "capture")]
)
def test_second_settlement_with_another_key_is_refused(first, second):
    journal(first, "first", CALL)

    refused("wallet_journal_one_settlement", JOURNAL, second, "second", CALL, None, None, None)
    transaction.set_rollback(True)


def test_honest_raw_transfer_is_booked_like_any_other():
    client, escrow = account_id("client_available", CLARA), account_id("escrow", CALL)

    rows(POSTING, journal(), client, escrow, 1000)

    assert (of("client_available", CLARA), of("escrow", CALL)) == (2000, 3000)
    assert violations() == []


def test_one_insert_of_several_legs_nets_each_account_once():
    client, escrow, cash = (
        account_id("client_available", CLARA),
        account_id("escrow", CALL),
        account_id("cash_clearing"),
    )

    several = POSTING.replace("(journal_id", "(n, journal_id").replace("(%s", "(%s, %s")
    rows(
        f"{several}, (%s, %s, %s, %s, %s)",
        1,
        (one := journal()),
        client,
        escrow,
        4000,
        2,
        one,
        cash,
        client,
        9000,
    )

    assert of("client_available", CLARA) == 8000
    assert violations() == []


@pytest.mark.parametrize("legs", [2, 8, 9, 40])
def test_few_and_many_legs_are_added_up_alike(legs):
    client, escrow, cash = (
        account_id("client_available", CLARA),
        account_id("escrow", CALL),
        account_id("cash_clearing"),
    )

    rows(
        "INSERT INTO wallet_posting (journal_id, n, debit_id, credit_id, amount) "
        "SELECT %s, n, CASE n %% 2 WHEN 1 THEN %s ELSE %s END, CASE n %% 2 WHEN 1 THEN %s ELSE %s END, "
        "n * 10 FROM generate_series(1, %s) n",
        journal(),
        client,
        cash,
        escrow,
        client,
        legs,
    )

    moved = sum(range(1, legs + 1, 2)) * 10
    assert of("escrow", CALL) == 2000 + moved
    assert of("client_available", CLARA) == 3000 - moved + sum(range(2, legs + 1, 2)) * 10
    assert violations() == []


def test_system_accounts_keep_no_running_balance():
    book(ledger.capture, client=CLARA, consultant=CONRAD, consultation=CALL, used=2000, fee=400)

    stored = rows("SELECT kind, balance, floor, balance_mode FROM wallet_account WHERE owner = ''")

    assert sorted(stored) == [("cash_clearing", 0, None, "fold"), ("platform_revenue", 0, None, "fold")]
    assert of("platform_revenue") == 400


# Everybody's money passes through these, so they keep no running balance and no row is hot.
HOUSE = {
    AccountKind.PLATFORM_REVENUE,
    AccountKind.STRIPE_CLEARING,
    AccountKind.CASH_CLEARING,
    AccountKind.STRIPE_FEES,
    AccountKind.DISPUTE_LOSS,
    AccountKind.PROMO_EXPENSE,
}


def test_database_knows_every_kind_and_operation():
    for kind in AccountKind:
        floor, mode = (None, "fold") if kind in HOUSE else (0, "row")
        rows(ACCOUNT, kind, "somebody", "XTS", floor, mode, 0)
    for op in Op:
        journal(op, f"raw:{op}", f"raw:{op}", 7, "a reason", 1 if op == Op.REVERSE else None)
    transaction.set_rollback(True)


def test_lists_of_kinds_and_operations_cover_the_books_to_come():
    assert len(AccountKind.values) == 12
    assert {"extend", "mature", "refund", "payout", "cash_refund", "chargeback", "adjust", "reverse"} < set(
        Op.values
    )
