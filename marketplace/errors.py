"""The root of every refusal that a person may see."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class DomainError(Exception):
    """One refusal is one subclass: its sentence, and the data that the sentence and the page may name."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 409
    # What happened, then what to do next, in about 20 words; `{name}` stands for a keyword argument.
    sentence: ClassVar["StrOrPromise"] = _("That did not work. Try again.")

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The sentence in the language of whoever reads it now."""
        return self.sentence.format(**self.fields) if self.fields else str(self.sentence)

    def __str__(self) -> str:
        return self.message
