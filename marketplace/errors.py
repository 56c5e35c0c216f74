"""The root of every refusal that a person may see."""

from typing import Any, ClassVar


class DomainError(Exception):
    """That did not work."""

    # A subclass is one refusal: its docstring is the message (what, why, what to do next),
    # its keyword arguments are the data that the message and the page may name.
    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 409

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The sentence for people: the docstring with the fields filled in."""
        text = " ".join((type(self).__doc__ or "").split())
        return text.format(**self.fields) if self.fields else text
