"""The limit up to which one member of staff adjusts alone, as a fact of the database."""

from django.db import connection, transaction
from psycopg import sql

LIMIT = """
    CREATE OR REPLACE FUNCTION ledger_adjust_alone_max() RETURNS bigint
    LANGUAGE sql IMMUTABLE AS {}"""


@transaction.atomic(durable=True)
def write_adjust_limit(*, amount: int) -> None:
    """Let one member of staff adjust up to `amount` hundredths alone; only the ledger's owner can say so."""
    statement = sql.SQL(LIMIT).format(sql.Literal(f"SELECT {amount:d}::bigint"))  # its body is a text
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection))
