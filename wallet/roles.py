"""The restricted database role: a site that runs as it can move money by the ledger's operations only."""

from django.db import connection, transaction
from psycopg import sql

from wallet.ledger.gateway import STATEMENTS

APP_ROLE = "quarter_app"
LEDGER_TABLES = ("wallet_account", "wallet_journal", "wallet_posting", "wallet_foldsnapshot")
READ_ONLY = "SELECT"
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
# The role's rights per table; on all others it has all rights. Apps above add theirs in `AppConfig.ready()`.
RIGHTS = dict.fromkeys((*LEDGER_TABLES, "wallet_adjustment", "django_migrations"), READ_ONLY)
FUNCTIONS = (*(f"ledger_{name}" for name in STATEMENTS), "ledger_balance", "ledger_take_snapshots")
LIMITS = {"idle_in_transaction_session_timeout": "30s", "lock_timeout": "5s", "statement_timeout": "30s"}


def register_rights(rights: dict[str, str]) -> None:
    """Let another app say what the role may do with its tables (table: rights, as GRANT takes them)."""
    RIGHTS.update(rights)


@transaction.atomic(durable=True)
def create_app_role(*, name: str, password: str) -> None:
    """Create the role, or update it after a migration: exactly the rights that the site needs."""
    role = sql.Identifier(name)
    _run("SELECT pg_advisory_xact_lock(hashtextextended('wallet:create_app_role', 0))")
    if not _run("SELECT 1 FROM pg_roles WHERE rolname = {}", sql.Literal(name)):
        _run("CREATE ROLE {}", role)
    _run(
        "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}",
        role,
        sql.Literal(password),
    )
    for limit, value in LIMITS.items():
        _run("ALTER ROLE {} SET {} = {}", role, sql.Identifier(limit), sql.Literal(value))
    _grant_database(role)
    _grant_tables(role)
    _grant_functions(role)


def _grant_database(role: sql.Identifier) -> None:
    [(database,)] = _run("SELECT current_database()")
    _run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run("GRANT CONNECT ON DATABASE {} TO {}", sql.Identifier(database), role)
    _run("GRANT USAGE ON SCHEMA public TO {}", role)


def _grant_tables(role: sql.Identifier) -> None:
    _run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}", role)
    _run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}", role)
    for (table,) in _run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        rights = RIGHTS.get(table, EVERYTHING)
        _run("GRANT {} ON {} TO {}", sql.SQL(rights), sql.Identifier(table), role)
    for (sequence,) in _run("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"):
        if not sequence.startswith(LEDGER_TABLES):
            _run("GRANT USAGE ON SEQUENCE {} TO {}", sql.Identifier(sequence), role)


def _grant_functions(role: sql.Identifier) -> None:
    _run("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {}", role)
    names = sql.SQL(", ").join(map(sql.Literal, FUNCTIONS))
    for (function,) in _run("SELECT oid::regprocedure::text FROM pg_proc WHERE proname IN ({})", names):
        _run("GRANT EXECUTE ON FUNCTION {} TO {}", sql.SQL(function), role)


def _run(statement: str, *parts: sql.Composable) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*parts).as_string(cursor.connection))
        return cursor.fetchall() if cursor.description else []
