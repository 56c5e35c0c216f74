"""The folders of this checkout, and the options from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .refusals import BadPort

CHECKOUT = Path(__file__).resolve().parent.parent.parent
OFF = {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Place:
    """The folders of one checkout."""

    checkout: Path
    data: Path

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ, checkout: Path = CHECKOUT) -> "Place":
        return cls(checkout=checkout, data=Path(environ.get("DATA_DIR") or checkout / ".data").absolute())

    def make(self) -> None:
        """Create `.data/`, readable only by its owner: it holds secrets and mails."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.run.mkdir(exist_ok=True)

    @property
    def run(self) -> Path:
        """The folder for facts of a running site: process ids, the servers' environment."""
        return self.data / "run"

    @property
    def venv(self) -> Path:
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def manage(self) -> Path:
        return self.checkout / "manage.py"


@dataclass(frozen=True)
class Wishes:
    """The options of the person who starts it: `HOST=... PORT=... DEMO=0 make run`."""

    word: str
    host: str
    port: int
    demo: bool
    allowed_hosts: tuple[str, ...]
    own_database: bool
    own_redis: bool

    @classmethod
    def read(cls, word: str, environ: Mapping[str, str] = os.environ) -> "Wishes":
        port = environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise BadPort(port=port, word=word)
        return cls(
            word=word,
            host=environ.get("HOST") or "127.0.0.1",
            port=int(port),
            demo=environ.get("DEMO", "1").lower() not in OFF,
            allowed_hosts=tuple(filter(None, environ.get("ALLOWED_HOSTS", "").replace(" ", "").split(","))),
            own_database=bool(environ.get("DATABASE_URL")),
            own_redis=bool(environ.get("REDIS_URL")),
        )

    @property
    def address(self) -> str:
        """The address to open in the browser."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"
