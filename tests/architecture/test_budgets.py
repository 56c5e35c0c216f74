"""Small functions, small files."""

import re
from collections.abc import Iterator
from itertools import chain
from statistics import median

import pytest

from tests.support.rulebook import Rule, Rulebook
from tests.support.source import Function, Source, python_files, text_files

FUNCTION, VIEW, FILE, MEDIAN = 60, 40, 400, 9
JS_FUNCTION, JS_FILE = 40, 200
OPENS_FUNCTION = re.compile(r"(?:\bfunction\b.*|=>\s*|^\s*(?:static |async |get |set |#)*[\w#]+\(.*\)\s*)\{$")
NO_FUNCTION = re.compile(r"^\s*(?:}?\s*else\b|if\b|for\b|while\b|switch\b|catch\b|do\b)")

python, javascript = Rulebook(), Rulebook()


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@python.rule("wallet/services.py", "def pay():\n" + "    x = 1\n" * 60)
def a_function_fits_on_a_page(source: Source) -> Iterator[str]:
    limit = VIEW if source.has_part("views", "page", "consultation", "consumer", "feature") else FUNCTION
    for function in source.functions():
        if lines_of(function) > limit:
            yield source.line(function, f"{function.name} has {lines_of(function)} lines, at most {limit}")


@python.rule("wallet/views.py", "async def pay(request):\n" + "    x = 1\n" * 40)
def a_view_fits_on_half_a_page(source: Source) -> Iterator[str]:
    if source.has_part("views", "page", "consultation", "consumer", "feature"):
        yield from a_function_fits_on_a_page(source)


@python.rule("wallet/services.py", "x = 1\n" * 401)
def a_file_can_be_read_at_once(source: Source) -> Iterator[str]:
    count = len(source.text.splitlines())
    if count > FILE:
        yield f"{source.path} has {count} lines, at most {FILE}"


@javascript.rule("static/js/room/view.js", "export function draw() {\n" + "  one();\n" * 40 + "}\n")
def a_javascript_function_fits_on_half_a_page(source: Source) -> Iterator[str]:
    for number, name, count in javascript_functions(source.text):
        if count > JS_FUNCTION:
            yield f"{source.path}:{number}: {name} has {count} lines, at most {JS_FUNCTION}"


@javascript.rule("static/js/room/view.js", "one();\n" * 201)
def a_javascript_file_can_be_read_at_once(source: Source) -> Iterator[str]:
    count = len(source.text.splitlines())
    if count > JS_FILE:
        yield f"{source.path} has {count} lines, at most {JS_FILE}"


def javascript_functions(text: str) -> Iterator[tuple[int, str, int]]:
    """Line, first line and length of each function; it ends at the brace on the level where it began."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        if not OPENS_FUNCTION.search(line) or NO_FUNCTION.match(line):
            continue
        level = len(line) - len(line.lstrip())
        ends = (at for at in range(start + 1, len(lines)) if lines[at][: level + 1] == " " * level + "}")
        yield start + 1, line.strip(), next(ends, len(lines)) - start + 1


@pytest.mark.parametrize("rule", python, ids=lambda rule: rule.name)
def test_python(rule: Rule) -> None:
    offences = rule.offences(python_files())
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", javascript, ids=lambda rule: rule.name)
def test_javascript(rule: Rule) -> None:
    offences = rule.offences(text_files("*.js", under="static/js"))
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", [*python, *javascript], ids=lambda rule: rule.name)
def test_the_check_can_fail(rule: Rule) -> None:
    assert rule.offences([rule.bad])


def test_most_functions_are_a_few_lines() -> None:
    lengths = [lines_of(each) for each in chain.from_iterable(file.functions() for file in python_files())]
    assert median(lengths) <= MEDIAN
