"""What a worker was told: one line each, written when COMMIT has returned and before anything else."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

REFUSED = "refused:"


@dataclass(frozen=True)
class Ack:
    """The key of an operation, and what it answered: an id, or `refused:<name>`."""

    key: str
    answer: str

    @property
    def refused(self) -> bool:
        return self.answer.startswith(REFUSED)


class Acks:
    """The file of one worker. Whoever is killed while writing leaves half a line, which counts as none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, ack: Ack) -> None:
        line = json.dumps([ack.key, ack.answer]) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def read(self) -> list[Ack]:
        if not self.path.exists():
            return []
        lines = self.path.read_text().split("\n")
        return [Ack(*json.loads(line)) for line in lines if line.startswith("[") and line.endswith("]")]
