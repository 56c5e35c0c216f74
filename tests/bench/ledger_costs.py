"""What one operation costs the server, whatever else the machine does: CPU time and write-ahead log."""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from marketplace.embedded import EmbeddedPostgres


class Costs:
    """`with costs.of(variant, clients) as operations: operations.append(count)`; a line for each at the end.

    CPU is that of all processes of the server, those that ended meanwhile and its own chores included.
    """

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self.found: dict[tuple[str, int], list[tuple[float, float]]] = {}

    @contextmanager
    def of(self, variant: str, clients: int) -> Iterator[list[float]]:
        operations: list[float] = []
        cpu, log = self._cpu(), self._log()
        yield operations
        if operations and operations[0]:
            spent = (self._cpu() - cpu) / operations[0], (self._log() - log) / operations[0]
            self.found.setdefault((variant, clients), []).append(spent)

    def lines(self) -> Iterator[str]:
        for (variant, clients), spent in sorted(self.found.items()):
            cpu, log = (statistics.median(values) for values in zip(*spent, strict=True))
            yield (
                f"cost   {variant:<14}{clients:>3} clients {cpu * 1e6:8.0f} µs of the server's CPU, "
                f"{log:.0f} bytes of log an operation"
            )

    def _cpu(self) -> float:
        """Seconds that the server's children have used, ended or not; 0 where there is no /proc."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended while we were looking, and is counted with its parent
                fields = stat.read_text().rsplit(")", 1)[1].split()
                parent, own, ended = int(fields[1]), fields[11:13], fields[13:15]
                ticks += sum(map(int, own)) if parent == self.server.pid else 0
                ticks += sum(map(int, ended)) if stat.parent.name == str(self.server.pid) else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def _log(self) -> int:
        with psycopg.connect(self.server.url) as connection:
            [(position,)] = connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchall()
        return int(position)
