"""Conversion between amounts (whole hundredths of a credit) and the text that people read and type."""

import re

LARGEST = 2**63 - 1
TYPED = re.compile(r"(?P<whole>[0-9]{1,12})(?:[.,](?P<rest>[0-9]{1,2}))?")


def plain_credits(amount: int) -> str:
    """For files that programs read: 200000 -> "2000.00" in every language."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:02d}"


def parse_credits(text: str) -> int | None:
    """ "12" -> 1200, "12.5" and "12,50" -> 1250; None when it is not an amount of credits."""
    typed = TYPED.fullmatch(text.strip())
    if typed is None:
        return None
    return int(typed["whole"]) * 100 + int((typed["rest"] or "").ljust(2, "0"))


def is_amount(value: object) -> bool:
    """Whether the ledger can move this: a whole number above 0 that fits a bigint (True is not a number)."""
    return type(value) is int and 0 < value <= LARGEST
