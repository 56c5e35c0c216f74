"""Every text that people read is marked for translation, and every marked text is translated."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from tests.support.rulebook import Rule, Rulebook
from tests.support.source import CHECKOUT, Source, checkout_files, python_files, text_files
from tools import messages

CATALOGS = messages.catalogs(CHECKOUT)
pages, code, scripts = Rulebook(), Rulebook(), Rulebook()

COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
MARKED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
TEMPLATE_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
UNREAD = re.compile(r"<(script|style|svg|code)\b.*?</\1>", re.DOTALL)
ATTRIBUTES = re.compile(
    r"""\b(?:title|alt|placeholder|aria-label|aria-description)=(?:"([^"]*)"|'([^']*)')"""
)
TAG = re.compile(r"<[^<>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}")
NO_WORDS_EITHER = re.compile(r"&\w+;|\S*/\S*")  # entities and addresses
CLASS_BLOCK = re.compile(r"{%\s*block \w+_class\s*%}.*?{%\s*endblock\s*%}", re.DOTALL)
# Names, which are the same in every language, and units.
NAMES = {
    "Quarter",
    "Deutsch",
    "English",
    "https",
    "http",
    "kB",
    "MB",
    "PDF",
    "PNG",
    "JPEG",
    "CSV",
    "TURN",
    "TLS",
    "png",
    "jpg",
    "webp",
    "pdf",
}


def words_in(text: str) -> set[str]:
    return set(WORD.findall(NO_WORDS_EITHER.sub(" ", text))) - NAMES


@pages.rule("templates/page.html", '<p class="lead">\n  Pay {{ price }} now\n</p>')
@pages.rule("templates/page.html", '<button aria-label="Close the chat">{% icon "x" %}</button>')
@pages.rule("accounts/mail/code.txt", "The code is valid for {{ minutes }} minutes.")
def a_text_of_a_page_is_marked(source: Source) -> Iterator[str]:
    text = UNREAD.sub(" ", COMMENT.sub(" ", MARKED.sub(" ", COMMENT.sub(" ", source.text))))
    text = TEMPLATE_CODE.sub(" ", CLASS_BLOCK.sub(" ", text))
    found = [double or single for double, single in ATTRIBUTES.findall(text)]
    found += TAG.sub("\n", text).splitlines()
    yield from (f"{source.path}: {' '.join(part.split())}" for part in found if words_in(part))


LABELS = {
    "verbose_name",
    "verbose_name_plural",
    "help_text",
    "label",
    "description",
    "short_description",
    "empty_label",
}
SPEAKING = {"success", "info", "warning", "error"}


def plain(node: ast.AST | None) -> bool:
    """Whether this is a text with a word in it that nobody has marked."""
    if isinstance(node, ast.JoinedStr):
        return any(plain(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return plain(node.left) or plain(node.right)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(words_in(node.value))


def speaks(node: ast.Call) -> bool:
    """`messages.success(...)`, `ValidationError(...)`, `form.add_error(...)`."""
    owner, name = getattr(getattr(node.func, "value", None), "id", ""), getattr(node.func, "attr", "")
    named = name or getattr(node.func, "id", "")
    return (owner == "messages" and name in SPEAKING) or named in {"ValidationError", "add_error"}


def is_label(source: Source, node: ast.keyword) -> bool:
    return node.arg in LABELS and (node.arg != "label" or source.has_part("forms", "admin"))


@code.rule("wallet/views.py", 'messages.success(request, f"{amount} credits are yours.")')
@code.rule("wallet/models.py", 'price = models.BigIntegerField(help_text="hundredths of a credit")')
@code.rule("wallet/errors.py", 'class Gone(WalletError):\n    sentence = "It is gone."')
@code.rule("wallet/payments/forms.py", 'form.add_error("own", "Enter an amount.")')
@code.rule("wallet/models.py", 'class Op(models.TextChoices):\n    HOLD = "hold", "Held"')
def a_text_of_the_code_is_marked(source: Source) -> Iterator[str]:
    if "/migrations/" in source.path or "/management/" in source.path or "/tests/" in source.path:
        return
    for node in source.nodes:
        if isinstance(node, ast.keyword) and is_label(source, node) and plain(node.value):
            yield source.line(node.value)
        elif isinstance(node, ast.Call) and speaks(node):
            yield from (source.line(text) for text in node.args[1:] or node.args if plain(text))
        elif isinstance(node, ast.Assign) and plain(node.value):
            names = {getattr(target, "attr", getattr(target, "id", "")) for target in node.targets}
            if names & (LABELS | {"sentence"}):
                yield source.line(node)
        elif isinstance(node, ast.ClassDef) and any(
            getattr(b, "attr", "") == "TextChoices" for b in node.bases
        ):
            for each in (part for part in node.body if isinstance(part, ast.Assign)):
                if isinstance(each.value, ast.Tuple) and plain(each.value.elts[-1]):
                    yield source.line(each)


SENTENCE = re.compile(r"""(["'`])([A-Z][a-z]*(?:’[a-z]+)?(?: [^"'`\n]*)?[.?!…])\1""")
CALLED = re.compile(r"gettext\((?:[^()]|\([^)]*\))*$")
NO_WORDS = re.compile(r"^\s*(?://|/?\*)|new (?:\w*Error|DOMException)\(|console\.")


@scripts.rule("static/js/room/chat/chat.js", 'box.textContent = "The message was not sent.";')
def a_sentence_of_a_script_is_marked(source: Source) -> Iterator[str]:
    for match in SENTENCE.finditer(source.text):
        line = source.text[: match.end()].splitlines()[-1]
        if not CALLED.search(
            source.text[max(0, match.start() - 300) : match.start()]
        ) and not NO_WORDS.search(line):
            yield f"{source.path}: {match[2]}"


PLACES = [
    *((rule, "pages") for rule in pages),
    *((rule, "code") for rule in code),
    *((rule, "scripts") for rule in scripts),
]


def sources(place: str) -> list[Source]:
    if place == "pages":
        return [*text_files("*.html", under="templates"), *text_files("*.txt", under="templates")]
    return python_files() if place == "code" else text_files("*.js", under="static/js")


@pytest.mark.parametrize(("rule", "place"), PLACES, ids=lambda each: getattr(each, "name", each))
def test_words(rule: Rule, place: str) -> None:
    offences = rule.offences(sources(place))
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", [*pages, *code, *scripts], ids=lambda rule: rule.name)
def test_each_rule_can_fail(rule: Rule) -> None:
    assert rule.offences([rule.bad])


# --- the catalogs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.stem)
def test_every_text_is_translated(catalog: Path) -> None:
    entries = polib.pofile(str(catalog))
    undone = entries.untranslated_entries() + entries.fuzzy_entries() + entries.obsolete_entries()
    assert not [entry.msgid for entry in undone]


VALUE = re.compile(r"%\(\w+\)[sd]|{\w*}|<[^>]+>")


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.stem)
def test_a_translation_names_the_values_of_its_text(catalog: Path) -> None:
    entries = [entry for entry in polib.pofile(str(catalog)) if entry.translated()]
    assert not [entry.msgid for entry in entries if not agrees(entry)]


def agrees(entry: polib.POEntry) -> bool:
    """The same values, each as often; a singular may leave out its number."""
    if entry.msgid_plural:
        known = set(VALUE.findall(entry.msgid_plural))
        one, many = entry.msgstr_plural[0], entry.msgstr_plural[1]
        return set(VALUE.findall(one)) <= known and set(VALUE.findall(many)) == known
    return sorted(VALUE.findall(entry.msgstr)) == sorted(VALUE.findall(entry.msgid))


def test_a_translation_that_lost_a_value_is_found() -> None:
    assert not agrees(polib.POEntry(msgid="{n} of <b>%(all)s</b>", msgstr="{n} von %(all)s"))
    assert agrees(polib.POEntry(msgid="{a} and {b}", msgstr="{b} und {a}"))


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.stem)
def test_what_is_compiled_is_what_is_written(catalog: Path) -> None:
    assert catalog.with_suffix(".mo").read_bytes() == messages.compiled(catalog), "run: make messages"


def test_the_catalogs_know_every_text(tmp_path: Path) -> None:
    for path in checkout_files():
        if path.suffix in {".py", ".html", ".txt", ".js", ".po"} and path.parts[0] not in {"tests", "docs"}:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / path, tmp_path / path)
    messages.collect(tmp_path)
    for catalog in CATALOGS:
        fresh = polib.pofile(str(tmp_path / catalog.relative_to(CHECKOUT)))
        assert texts(fresh) == texts(polib.pofile(str(catalog))), "run: make messages"


def texts(catalog: polib.POFile) -> set[tuple[str, str, str]]:
    return {(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "") for entry in catalog}
