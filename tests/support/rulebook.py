"""A rule of the code, its check, and a sample that it must refuse: a check that cannot fail is none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.source import Source

Check = Callable[[Source], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One habit. `check` yields an offence for each line that breaks it."""

    check: Check
    bad: Source

    @property
    def name(self) -> str:
        return self.check.__name__

    def offences(self, sources: list[Source]) -> list[str]:
        return [offence for source in sources for offence in self.check(source)]


class Rulebook(list[Rule]):
    """The rules of one test file."""

    def rule(self, bad_path: str, bad_text: str) -> Callable[[Check], Check]:
        def register(check: Check) -> Check:
            self.append(Rule(check, Source(bad_path, bad_text)))
            return check

        return register
