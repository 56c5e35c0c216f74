"""The reason for refusing a start, in one sentence; it needs no Django, which may not be installed yet."""


class Refusal(Exception):
    """The start cannot continue."""

    # Each refusal is a subclass; its docstring is the sentence, with the way out.

    def __init__(self, **fields: object) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**fields))
