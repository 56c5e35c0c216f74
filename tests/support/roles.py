"""The restricted role of the site, for tests of what it may and may not do."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql

from wallet.roles import create_app_role

PASSWORD = "a-password-for-tests"


@contextmanager
def app_role() -> Iterator[str]:
    """The role while it exists. Roles belong to the whole server, so its name is made of the database's."""
    name = f"{connection.settings_dict['NAME']}_app"
    create_app_role(name=name, password=PASSWORD)
    try:
        yield name
    finally:
        as_owner("DROP OWNED BY {}", name)
        as_owner("DROP ROLE {}", name)


@contextmanager
def signed_in_as(role: str) -> Iterator[psycopg.Connection]:
    """A connection of its own that signed in as the role; each statement commits."""
    known = connection.settings_dict
    with psycopg.connect(
        host=known["HOST"],
        port=known["PORT"],
        dbname=known["NAME"],
        user=role,
        password=PASSWORD,
        autocommit=True,
    ) as signed_in:
        yield signed_in


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """What Django does in this thread is done with the rights of the role."""
    as_owner("SET ROLE {}", role)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def as_owner(statement: str, role: str) -> None:
    """Run a statement that names the role."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(role)).as_string(cursor.connection))
