"""PostgreSQL and Valkey from their wheels, for the tests and for `make run` without other servers.

Nothing here imports an installed package; the wheels are looked up only when a server starts.
"""

from .errors import EmbeddedError
from .postgres import EmbeddedPostgres
from .valkey import EmbeddedValkey

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedValkey"]
