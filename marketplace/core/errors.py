"""The root of every refusal that a person may see, and the sentence that says how long to wait."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class DomainError(Exception):
    """Each refusal is a subclass: it has a sentence, and the data that the sentence and the page may show."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 409
    # What happened, then what to do next, in about 20 words; `{name}` stands for a keyword argument.
    sentence: ClassVar["StrOrPromise"] = _("That did not work. Try again.")

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return self.sentence.format(**self.fields) if self.fields else str(self.sentence)

    def __str__(self) -> str:
        return self.message


def try_again(seconds: int) -> str:
    """How long to wait, in the reader's language: in seconds, minutes (from 2 on) or hours (more than 2).

    The number is rounded up, so that a person who waits that long is not refused again.
    """
    minutes, hours = math.ceil(seconds / 60), math.ceil(seconds / 3600)
    if seconds < 120:
        words = ngettext("Try again in {n} second.", "Try again in {n} seconds.", seconds)
        return words.format(n=seconds)
    if seconds <= 7200:
        words = ngettext("Try again in {n} minute.", "Try again in {n} minutes.", minutes)
        return words.format(n=minutes)
    return ngettext("Try again in {n} hour.", "Try again in {n} hours.", hours).format(n=hours)
