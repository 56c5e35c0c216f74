"""Prices as people type them: "20", "20.5" or "20,50" credits; hundredths inside."""

import re

from django.utils.formats import get_format

TYPED = re.compile(r"(?P<whole>[0-9]{1,7})(?:[.,](?P<rest>[0-9]{1,2}))?")


def parse_price(text: str) -> int | None:
    """ "20" -> 2000, "20.5" and "20,50" -> 2050; None if it is not an amount of credits."""
    typed = TYPED.fullmatch(text.strip())
    if typed is None:
        return None
    return int(typed["whole"]) * 100 + int((typed["rest"] or "").ljust(2, "0"))


def as_typed(amount: int | None) -> str:
    """2000 -> "20", 2050 -> "20.50" (in German "20,50"), None -> ""."""
    if amount is None:
        return ""
    whole, rest = divmod(amount, 100)
    return f"{whole}{get_format('DECIMAL_SEPARATOR')}{rest:02d}" if rest else str(whole)


def after_fee(price: int, fee_bps: int) -> int:
    """What reaches the consultant if the whole quarter hour is used."""
    return price - price * fee_bps // 10_000
