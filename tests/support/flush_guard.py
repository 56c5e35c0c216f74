"""The ledger refuses TRUNCATE; the test database may be emptied all the same, here and nowhere else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

TRUNCATE_TRIGGERS = """
    SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled FROM pg_trigger
     WHERE NOT tgisinternal AND tgtype & 32 <> 0
"""


def install_flush_guard() -> None:
    """Make the flush of the test database lift the guards against TRUNCATE in its own transaction."""
    if getattr(DatabaseOperations.execute_sql_flush, "lifts_guards", False):
        return
    plain = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: Sequence[str]) -> None:
        with transaction.atomic(using=self.connection.alias, durable=True), _guards_lifted():
            plain(self, sql_list)

    execute_sql_flush.lifts_guards = True  # type: ignore[attr-defined]
    DatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]


@contextmanager
def _guards_lifted() -> Iterator[None]:
    guards = truncate_guards()
    with connection.cursor() as cursor:
        for table, trigger in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield
    with connection.cursor() as cursor:
        for table, trigger in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def truncate_guards(*, enabled: bool = True) -> list[tuple[str, str]]:
    """The triggers against TRUNCATE that are switched on (or off)."""
    with connection.cursor() as cursor:
        cursor.execute(TRUNCATE_TRIGGERS)
        return [(table, trigger) for table, trigger, state in cursor.fetchall() if (state == "O") == enabled]
