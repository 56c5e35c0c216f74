"""Templates keep to the content policy and to the style sheets."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from tests.support.rulebook import Rule, Rulebook
from tests.support.source import Source, python_files, text_files

TEMPLATE_CODE = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}", re.DOTALL)
CLASSES = re.compile(r"""\bclass=(?:"([^"]*)"|'([^']*)')""", re.DOTALL)
SELECTOR = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
NOT_SELECTORS = re.compile(r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)|@import[^;]*;|:[^;{}]*(?=[;}])", re.DOTALL)
COLOUR = re.compile(
    r":[^;{}]*?(#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\((?!\s*from))[^;{}]*"
)
VARIABLE = "\0"
TEMPLATE_LINE, CSS_LINE = 160, 120

# Set by a script, or by a library that brings its own words.
NOT_IN_STYLE_SHEETS = {"htmx-indicator"}
# Where colours have their names, and where a picture or the light behind a dialog needs one of its own.
OWN_COLOURS = {
    "static/css/tokens.css",
    "static/css/components/incoming.css",
    "static/css/components/switch.css",
    "static/css/pages/room.css",
}

rules, sheets = Rulebook(), Rulebook()


def templates() -> list[Source]:
    return text_files("*.html", under="templates")


def style_sheets() -> list[Source]:
    return text_files("*.css", under="static/css")


def each_match(source: Source, pattern: str) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(pattern, line):
            yield f"{source.path}:{number}: {line.strip()}"


def long_lines(source: Source, most: int) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if len(line) > most:
            yield f"{source.path}:{number}: {len(line)} characters, at most {most}"


@rules.rule("templates/page.html", "<script>alert(1)</script>")
def no_script_in_the_page(source: Source) -> Iterator[str]:
    yield from each_match(source, r"<script(?![^>]*\b(?:src=|application/json))")


@rules.rule("templates/page.html", "<style>p { color: red }</style>")
def no_style_in_the_page(source: Source) -> Iterator[str]:
    yield from each_match(source, r"<style\b")


@rules.rule("templates/page.html", '<p style="color: red">')
def no_style_on_an_element(source: Source) -> Iterator[str]:
    yield from each_match(source, r"\sstyle\s*=")


@rules.rule("templates/page.html", '<p onclick="pay()">')
def no_handler_on_an_element(source: Source) -> Iterator[str]:
    yield from each_match(source, r"\son[a-z]+\s*=|javascript:")


@rules.rule("templates/page.html", '<p hx-on:click="pay()">')
def no_code_for_htmx(source: Source) -> Iterator[str]:
    yield from each_match(source, r"""\bhx-on\b|\bhx-vals=["']?js:|\bhx-trigger=("[^"]*\[|'[^']*\[)""")


@rules.rule("templates/page.html", '<img src="https://cdn.example/a.png">')
def nothing_comes_from_elsewhere(source: Source) -> Iterator[str]:
    yield from each_match(source, r"""\b(?:src|srcset|action|poster)=["']?(?:https?:)?//""")


@rules.rule("templates/page.html", f'<p class="{"x" * TEMPLATE_LINE}">')
def a_line_of_a_template_can_be_read(source: Source) -> Iterator[str]:
    yield from long_lines(source, TEMPLATE_LINE)


@rules.rule("templates/page.html", "{% if a %}1{% elif b %}2{% elif c %}3{% endif %}")
def a_case_has_a_line_of_its_own(source: Source) -> Iterator[str]:
    yield from each_match(source, r"{%\s*elif\b.*{%\s*elif\b")


@pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.name)
def test_templates(rule: Rule) -> None:
    offences = rule.offences(templates())
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.name)
def test_the_check_can_fail(rule: Rule) -> None:
    assert rule.offences([rule.bad])


def test_every_template_compiles() -> None:
    names = [source.path.removeprefix("templates/") for source in templates()]
    assert names
    for name in names:
        get_template(name)


def test_every_static_file_of_a_template_exists() -> None:
    named = {
        (source.path, path)
        for source in templates()
        for path in re.findall(r"{%\s*static\s+[\"']([^\"']+)[\"']", source.text)
    }
    assert named
    assert not [pair for pair in sorted(named) if not finders.find(pair[1])]


# --- style sheets -------------------------------------------------------------------------------------


def classes_of(template: Source) -> Iterator[str]:
    """The classes a template gives; `\\0` stands for what a variable puts in."""
    text = re.sub(r"{{.*?}}", VARIABLE, TEMPLATE_CODE.sub(" ", template.text))
    for double, single in CLASSES.findall(text):
        yield from (double or single).split()


def classes_styled(sheets: list[Source]) -> set[str]:
    return {name for sheet in sheets for name in SELECTOR.findall(NOT_SELECTORS.sub(" ", sheet.text))}


def unstyled(used: str, styled: set[str]) -> bool:
    if VARIABLE in used:
        pattern = re.compile(".*".join(map(re.escape, used.split(VARIABLE))))
        return not any(pattern.fullmatch(name) for name in styled)
    return used not in styled and used not in NOT_IN_STYLE_SHEETS


def test_every_class_of_a_template_is_in_a_style_sheet() -> None:
    styled = classes_styled(style_sheets())
    missing = {
        f"{template.path}: {name.replace(VARIABLE, '…')}"
        for template in templates()
        for name in classes_of(template)
        if unstyled(name, styled)
    }
    assert not missing, "\n" + "\n".join(sorted(missing))


def idle(sheets: list[Source], places: list[Source]) -> set[str]:
    """The classes of the style sheets that no template, script or module gives, whole or in parts.

    A class that is nothing but a variable could be any; its values are words of their own somewhere.
    """
    everything = "\n".join(source.text for source in places)
    words = set(re.findall(r"[\w-]+", everything))
    pages = [source for source in places if source.path.endswith(".html")]
    built = {name for source in pages for name in classes_of(source) if VARIABLE in name}
    built |= {f"{name}{VARIABLE}" for name in re.findall(r"([\w-]+-)\$?{", everything)}
    patterns = [
        re.compile(".*".join(map(re.escape, name.split(VARIABLE)))) for name in built if name.strip(VARIABLE)
    ]
    return {
        name
        for name in classes_styled(sheets) - words - NOT_IN_STYLE_SHEETS
        if not any(each.fullmatch(name) for each in patterns)
    }


def test_every_class_of_a_style_sheet_is_used() -> None:
    unused = idle(style_sheets(), [*templates(), *text_files("*.js", under="static/js"), *python_files()])
    assert not unused, sorted(unused)


COMMENT = re.compile(r"/\*.*?\*/")
SEVERAL = re.compile(r";\s*[^\s}]|[{}]\s*[^\s{}]")


@sheets.rule("static/css/pages/home.css", f".card {{\n  font: {'x' * CSS_LINE};\n}}\n")
def a_line_of_a_style_sheet_can_be_read(source: Source) -> Iterator[str]:
    yield from long_lines(source, CSS_LINE)


@sheets.rule("static/css/pages/home.css", ".card {\n  color: red; margin: 0;\n}\n")
@sheets.rule("static/css/pages/shop.css", ".card { color: red; }\n")
def a_declaration_has_a_line_of_its_own(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if SEVERAL.search(COMMENT.sub("", line)):
            yield f"{source.path}:{number}: {line.strip()}"


@pytest.mark.parametrize("rule", sheets, ids=lambda rule: rule.name)
def test_style_sheets(rule: Rule) -> None:
    offences = rule.offences(style_sheets())
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", sheets, ids=lambda rule: rule.name)
def test_each_rule_of_style_sheets_can_fail(rule: Rule) -> None:
    assert rule.offences([rule.bad])


def test_colours_are_tokens() -> None:
    raw = [
        f"{sheet.path}: {match[0].strip(': ')}"
        for sheet in style_sheets()
        if sheet.path not in OWN_COLOURS
        for match in COLOUR.finditer(re.sub(r"/\*.*?\*/", "", sheet.text, flags=re.DOTALL))
    ]
    assert not raw, "\n" + "\n".join(raw)


def test_the_checks_of_style_sheets_can_fail() -> None:
    sheet = Source("static/css/pages/home.css", ".card { color: #fff; background: var(--x) }")
    page = Source("templates/page.html", '<p class="card {% if x %}is-on{% endif %} at-{{ place }}">')
    assert COLOUR.search(sheet.text)
    assert classes_styled([sheet]) == {"card"}
    assert list(classes_of(page)) == ["card", "is-on", f"at-{VARIABLE}"]
    assert [name for name in classes_of(page) if unstyled(name, {"card"})] == ["is-on", f"at-{VARIABLE}"]
    assert not unstyled(f"at-{VARIABLE}", {"at-home"})
    face = Source("templates/face.html", '<img class="{{ look }}"><p class="card">')
    assert idle([Source("static/css/a.css", ".card {} .nobody-uses-this {}")], [face]) == {"nobody-uses-this"}
