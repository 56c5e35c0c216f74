"""The attack table once more, as the restricted role that a site may run as."""

# ruff: noqa: E501

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import errors, sql

from tests.support.roles import PASSWORD, app_role, signed_in_as
from wallet import ledger
from wallet.roles import EVERYTHING, FUNCTIONS, READ_ONLY, RIGHTS, create_app_role
from wallet.tests.support import CALL, CLARA, CONRAD, NOON, account_id, book, give, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def role():
    with app_role() as name:
        yield name


@pytest.fixture
def app(role):
    """A connection that signs in as the role."""
    with signed_in_as(role) as connection:
        yield connection


@pytest.fixture(autouse=True)
def story():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)


ATTACKS = {
    "overdraw a wallet": "INSERT INTO wallet_posting (journal_id, debit_id, credit_id, amount) VALUES (1, 1, 2, 10^6)",
    "set a balance": "UPDATE wallet_account SET balance = 10^6",
    "be born with a balance": "INSERT INTO wallet_account (kind, owner, currency, floor, balance_mode, balance) "
    "VALUES ('client_available', 'user:9', 'XTS', 0, 'row', 7)",
    "change a posting": "UPDATE wallet_posting SET amount = 1",
    "delete postings": "DELETE FROM wallet_posting",
    "empty a table": "TRUNCATE wallet_posting",
    "write an empty journal": "INSERT INTO wallet_journal (op, idem_key, request_hash, reference, occurred_at) "
    "VALUES ('hold', 'raw', '', 'raw', clock_timestamp())",
    "lift the floor": "UPDATE wallet_account SET floor = NULL",
    "delete journals": "DELETE FROM wallet_journal",
    "write a snapshot": "INSERT INTO wallet_foldsnapshot (account_id, upto, balance) VALUES (1, '1', 1)",
    "forget snapshots": "SELECT ledger_forget_snapshots()",
    "adjust by hand": "SELECT ledger_post('adjust', 'k', 'r', '[]', clock_timestamp(), '{1}', '{2}', '{1}')",
    "call what operations are made of": "SELECT ledger_legs(1, '{1}', '{2}', '{1}')",
    "switch triggers off for the session": "SET session_replication_role = replica",
    "switch a trigger off": "ALTER TABLE wallet_posting DISABLE TRIGGER ledger_posting_apply",
    "drop a constraint": "ALTER TABLE wallet_account DROP CONSTRAINT wallet_account_no_overdraft",
    "replace a function": "CREATE OR REPLACE FUNCTION ledger_balance(p bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "make a table": "CREATE TABLE mine (id int)",
    "pretend a migration": "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', clock_timestamp())",
    "become the owner": "SET ROLE postgres",
    "make a role": "CREATE ROLE friend",
    "lift the limit for one member of staff": "CREATE OR REPLACE FUNCTION ledger_adjust_alone_max() RETURNS bigint LANGUAGE sql AS 'SELECT 10^9::bigint'",
    "say that somebody was found to be staff": "INSERT INTO wallet_adjustment (journal_id, alone_max) VALUES (1, 10^9)",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_app_role_cannot(app, attack):
    with pytest.raises((errors.InsufficientPrivilege, errors.InvalidParameterValue)):
        app.execute(ATTACKS[attack])


def test_honest_raw_transfer_is_refused_too_for_the_role_has_the_operations(app):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            "INSERT INTO wallet_posting (journal_id, n, debit_id, credit_id, amount) VALUES (1, 9, %s, %s, 1)",
            [account_id("cash_clearing"), account_id("client_available", CLARA)],
        )


def test_own_temporary_table_does_not_stand_in_for_the_ledgers(app):
    app.execute("CREATE TEMP TABLE wallet_account (LIKE public.wallet_account)")

    app.execute("SELECT ledger_top_up('k', 'user:9', 700, 'XTS', 'topup:9', %s)", [NOON])

    assert app.execute("SELECT count(*) FROM pg_temp.wallet_account").fetchone() == (0,)


def test_role_moves_money_by_the_operations(app):
    app.execute("SELECT ledger_top_up('k', 'user:9', 700, 'XTS', 'topup:9', %s)", [NOON])
    app.execute(
        "SELECT ledger_capture(%s, %s, %s, %s, 1200, 240, 'XTS', %s)",
        [f"{CALL}:capture", CLARA, CONRAD, CALL, NOON],
    )

    assert app.execute("SELECT balance FROM wallet_account WHERE owner = %s", [CONRAD]).fetchall() == [(960,)]
    assert app.execute("SELECT ledger_balance(%s)", [account_id("platform_revenue")]).fetchall() == [(240,)]
    app.execute("SELECT ledger_take_snapshots()")


def test_refusals_carry_their_guards_name_for_the_role_too(app):
    with pytest.raises(errors.CheckViolation) as refusal:
        app.execute("SELECT ledger_hold('h', %s, 'consultation:9', 9999, 'XTS', %s)", [CLARA, NOON])
    assert refusal.value.diag.constraint_name == "wallet_account_no_overdraft"


def test_role_may_do_with_each_table_what_is_written_down_and_with_all_others_everything(app):
    found = app.execute(
        "SELECT tablename, string_agg(right_, ', ' ORDER BY place) FROM pg_tables CROSS JOIN "
        "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) "
        "WITH ORDINALITY AS known (right_, place) "
        "WHERE schemaname = 'public' AND has_table_privilege(tablename::regclass, right_) GROUP BY tablename"
    ).fetchall()
    limited = {table: rights for table, rights in found if rights != EVERYTHING}

    assert limited == {table: rights.partition(", UPDATE (")[0] for table, rights in RIGHTS.items()}
    assert {table for table, rights in RIGHTS.items() if rights == READ_ONLY} == {
        "wallet_account", "wallet_journal", "wallet_posting", "wallet_foldsnapshot", "wallet_adjustment",
        "django_migrations",
    }  # fmt: skip


def test_role_may_call_the_operations_and_no_other_function(app):
    callable_ones = app.execute(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'ledger%' AND has_function_privilege(oid, 'EXECUTE')"
    ).fetchall()

    assert {name for (name,) in callable_ones} == set(FUNCTIONS)


def test_role_gives_up_waiting(app):
    assert app.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("30s",)
    assert app.execute("SHOW lock_timeout").fetchone() == ("5s",)


def test_command_makes_the_role_again_and_again(role, monkeypatch, capsys):
    monkeypatch.setenv("APP_ROLE_PASSWORD", PASSWORD)
    call_command("create_app_role", name=role)
    call_command("create_app_role", name=role)

    assert "can serve the site" in capsys.readouterr().out


def test_command_wants_a_password_from_the_environment(monkeypatch):
    monkeypatch.setenv("APP_ROLE_PASSWORD", "short")
    with pytest.raises(CommandError):
        call_command("create_app_role", name="nobody_at_all")
    assert rows("SELECT 1 FROM pg_roles WHERE rolname = 'nobody_at_all'") == []


def test_name_of_a_role_is_never_read_as_sql():
    name = f'{connection.settings_dict["NAME"]}"; DROP'
    create_app_role(name=name, password=PASSWORD)

    with connection.cursor() as cursor:
        for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)).as_string(cursor.connection))
