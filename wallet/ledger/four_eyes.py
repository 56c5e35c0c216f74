"""The limit up to which one staff member can adjust alone, stored in the database."""

from django.db import connection, transaction
from psycopg import sql

LIMIT = """
    CREATE OR REPLACE FUNCTION ledger_adjust_alone_max() RETURNS bigint
    LANGUAGE sql IMMUTABLE AS {}"""


@transaction.atomic(durable=True)
def write_adjust_limit(*, amount: int) -> None:
    """Let one staff member adjust up to `amount` hundredths alone; only the ledger's owner can set this."""
    statement = sql.SQL(LIMIT).format(sql.Literal(f"SELECT {amount:d}::bigint"))  # the body is a string
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection))
