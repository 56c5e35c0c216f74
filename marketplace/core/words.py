"""How numbers are written, and which languages there are; the templates and the services share it."""

import unicodedata

from django.conf import settings
from django.utils.formats import get_format


def known_language(code: str) -> str:
    """The language of that code, such as "de"; of anything else the one that the texts are written in."""
    return code if code in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def sort_key(text: object) -> str:
    """For lists of names: as a reader looks them up, so that "Änderung" stands beside "Anderes".

    The embedded database knows no ICU collation, and by code points every Ä comes after Z.
    """
    plain = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def in_credits(amount: int) -> str:
    """Hundredths of a credit as people write them: 200050 -> "2 000.50" in English, "2.000,50" in German."""
    whole, rest = divmod(abs(amount), 100)
    grouped = f"{whole:,}".replace(",", get_format("THOUSAND_SEPARATOR"))
    return f"{'−' if amount < 0 else ''}{grouped}{get_format('DECIMAL_SEPARATOR')}{rest:02d}"


def typed_credits(amount: int) -> str:
    """What a field for an amount begins with: 200050 -> "2000.50" in English, "2000,50" in German."""
    return f"{amount // 100}{get_format('DECIMAL_SEPARATOR')}{amount % 100:02d}"


def minutes(seconds: int) -> str:
    """Seconds as minutes and seconds: 581 -> "9:41"."""
    return f"{seconds // 60}:{seconds % 60:02d}"
