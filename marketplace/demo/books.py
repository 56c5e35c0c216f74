"""The TOML files as typed rows."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from accounts.handles import from_name
from accounts.profiles.services import Hours

HERE = Path(__file__).parent
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SIGN_INS = {"caller": "client@example.com", "mara": "consultant@example.com", "ingrid": "staff@example.com"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """A client, or the common part of a consultant; `portrait` is also the short name in the story."""

    portrait: str
    name: str
    zone: str
    signs_in: bool = False

    @property
    def email(self) -> str:
        return SIGN_INS.get(self.portrait, f"{from_name(self.name).replace('-', '.')}@example.com")


@dataclass(frozen=True, kw_only=True)
class Consultant(Person):
    """A person with a profile; those marked `free` are shown as free but cannot be called."""

    headline: str
    about: str
    skills: list[str]
    languages: list[str]
    price: int
    hours: list[str]
    free: bool = False

    @property
    def week(self) -> list[Hours]:
        """The usual hours, day by day: "mon-fri 09:00-17:00" is five of them."""
        return [day for line in self.hours for day in _days(line)]


@dataclass(frozen=True, kw_only=True)
class TopUp:
    """One top-up in the story."""

    ago: int
    at: str
    client: str
    amount: int


@dataclass(frozen=True)
class Pause:
    """An interruption: the side, `lost` or `left`, the seconds before it, and its length."""

    who: str
    how: str
    after: int
    away: int


@dataclass(frozen=True)
class Written:
    """A chat message: its author, and the joint seconds before it."""

    who: str
    after: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One consultation of the story; `end` is explained at the top of story.toml."""

    ago: int
    at: str
    client: str
    consultant: str
    topic: str
    end: str
    talk: int = 0
    reason: str = ""
    after: int = 0
    link: str = ""
    snippet: str = ""
    pause: Pause | None = None
    written: list[Written] = field(default_factory=list)


@dataclass(frozen=True)
class Books:
    """All data of the demo."""

    skills: dict[str, dict[str, str]]  # by slug: name, name_de
    consultants: list[Consultant]
    waiting: list[Consultant]
    clients: list[Person]
    top_ups: list[TopUp] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)


@cache
def books() -> Books:
    """The files, read once."""
    people, story = _read("consultants"), _read("story")
    return Books(
        skills={row["slug"]: {"name": row["name"], "name_de": row["name_de"]} for row in people["skill"]},
        consultants=[Consultant(**row) for row in people["consultant"]],
        waiting=[Consultant(**row) for row in people["waiting"]],
        clients=[Person(**row) for row in _read("clients")["client"]],
        top_ups=[TopUp(**row) for row in story["top_up"]],
        talks=[_talk(row) for row in story["talk"]],
    )


def moment_of(row: TopUp | Talk, today: datetime) -> datetime:
    """The moment of a row of the story, counted back from the day on which demo data is created."""
    clock = time.fromisoformat(row.at)
    day = today.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return day - timedelta(days=row.ago)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def _talk(row: dict[str, Any]) -> Talk:
    pause = row.pop("pause", None)
    written = [Written(**line) for line in row.pop("written", [])]
    return Talk(**row, pause=Pause(**pause) if pause else None, written=written)


def _days(line: str) -> list[Hours]:
    span, _, hours = line.partition(" ")
    first, _, last = span.partition("-")
    opens, closes = (time.fromisoformat(clock) for clock in hours.split("-"))
    start, stop = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [Hours(weekday, opens, closes) for weekday in range(start, stop + 1)]
