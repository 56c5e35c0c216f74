"""A start that is refused says so in one sentence; free of Django, which may not be installed yet."""


class Refusal(Exception):
    """It cannot go on."""

    # As everywhere: a subclass is one refusal, its docstring the sentence, with the way out.

    def __init__(self, **fields: object) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**fields))
