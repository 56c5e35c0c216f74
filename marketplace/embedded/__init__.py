"""PostgreSQL and Valkey from their wheels: for the tests, and for `make run` without servers of one's own.

Nothing here imports what must be installed first; the wheels are looked for only when a server starts.
"""

from .errors import EmbeddedError
from .postgres import EmbeddedPostgres
from .valkey import EmbeddedValkey

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedValkey"]
