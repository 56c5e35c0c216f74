"""The part of a statement that a URL asks for: a month in the reader's time zone, and a kind of line."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from wallet.queries import KINDS


@dataclass(frozen=True)
class Part:
    """`month` is its first day, or None for all of time; `kind` is one of KINDS or ''."""

    month: date | None = None
    kind: str = ""

    @property
    def name(self) -> str:
        """The month as written in the URL: "2026-03"."""
        return f"{self.month:%Y-%m}" if self.month else ""

    @property
    def query(self) -> str:
        """The URL's query, without the page number."""
        return urlencode({key: value for key, value in (("month", self.name), ("kind", self.kind)) if value})

    def limits(self) -> dict[str, Any]:
        """The keyword arguments for `queries.statement`."""
        if self.month is None:
            return {"kind": self.kind}
        return {"since": _midnight(self.month), "before": _midnight(following(self.month)), "kind": self.kind}


def asked_part(request: HttpRequest) -> Part:
    """The part that the URL asks for; an invalid value selects everything."""
    kind = request.GET.get("kind", "")
    return Part(parse_month(request.GET.get("month", "")), kind if kind in KINDS else "")


def parse_month(text: str) -> date | None:
    """ "2026-03" -> its first day; None for anything else."""
    if len(text) != 7 or not text.isascii():
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def following(month: date) -> date:
    """The first day of the month after it."""
    years, index = divmod(month.month, 12)
    return date(min(month.year + years, 9999), index + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
