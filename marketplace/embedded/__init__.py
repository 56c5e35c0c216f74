"""PostgreSQL and Valkey from their wheels, for `make run` without DATABASE_URL and REDIS_URL, and for the tests.

Nothing here imports Django, and the wheels are looked for only when a server starts.
"""

from .errors import EmbeddedError
from .postgres import EmbeddedPostgres
from .valkey import EmbeddedValkey

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedValkey"]
