"""How the test database is emptied after a test that commits: every row, the ledger's too, and only there.

Django would TRUNCATE all tables, which makes dozens of new files, and then write the rows of permissions and
content types anew: together several times what most of these tests do. A few rows are deleted faster.
"""

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test import TransactionTestCase

TRUNCATE_GUARDS = """
    SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
     WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND tgenabled = 'O'
"""
# Written by the migrations and by no test.
KEPT = {"django_content_type", "auth_permission"}


def install_flush_guard() -> None:
    """Every `transaction=True` test leaves an empty database by `empty`; pytest needs a superuser for it."""
    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign]


def _fixture_teardown(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):
        empty(alias)


def empty(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Delete every row of every model, past the ledger's triggers and the foreign keys, in one transaction.

    What a thread of the test still writes is waited for, as TRUNCATE would. The settings of this transaction
    switch the triggers off for itself alone.
    """
    database = connections[alias]
    names = set(database.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    tables = [database.ops.quote_name(name) for name in sorted(names)]
    with transaction.atomic(using=alias, durable=True), database.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '60s';"
            f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE;"
            + "".join(f"DELETE FROM {table};" for table in tables)
        )


def truncate_guards() -> list[tuple[str, str]]:
    """The triggers against TRUNCATE, each as its table and its name."""
    with connection.cursor() as cursor:
        cursor.execute(TRUNCATE_GUARDS)
        return list(cursor.fetchall())
