"""The languages that people can name as theirs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from marketplace.core.words import sort_key

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

LANGUAGES = {
    "ar": _("Arabic"),
    "cs": _("Czech"),
    "da": _("Danish"),
    "de": _("German"),
    "el": _("Greek"),
    "en": _("English"),
    "es": _("Spanish"),
    "fi": _("Finnish"),
    "fr": _("French"),
    "gu": _("Gujarati"),
    "he": _("Hebrew"),
    "hi": _("Hindi"),
    "hu": _("Hungarian"),
    "id": _("Indonesian"),
    "it": _("Italian"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "mi": _("Māori"),
    "ms": _("Malay"),
    "nl": _("Dutch"),
    "no": _("Norwegian"),
    "pa": _("Punjabi"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "ro": _("Romanian"),
    "ru": _("Russian"),
    "sk": _("Slovak"),
    "sv": _("Swedish"),
    "sw": _("Swahili"),
    "ta": _("Tamil"),
    "th": _("Thai"),
    "tr": _("Turkish"),
    "uk": _("Ukrainian"),
    "ur": _("Urdu"),
    "vi": _("Vietnamese"),
    "yo": _("Yoruba"),
    "zh": _("Chinese"),
    "zu": _("Zulu"),
}


def by_name(languages: "Mapping[str, StrOrPromise]") -> list[tuple[str, str]]:
    """Code and name, in the order of the names in the reader's language."""
    return sorted(((code, str(name)) for code, name in languages.items()), key=lambda pair: sort_key(pair[1]))


def language_name(code: str) -> str:
    """The language's name in the reader's language, or the code in capitals if it is not in our list."""
    return str(LANGUAGES.get(code, code.upper()))
