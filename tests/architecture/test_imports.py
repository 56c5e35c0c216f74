"""Who may import whom: facts flow down, and nobody looks into another room's drawers."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.rulebook import Rule, Rulebook
from tests.support.source import PACKAGES, Source, python_files

# The apps an app may import, itself included; `marketplace` only by what it shares.
APPS = {
    "accounts": {"accounts"},
    "wallet": {"wallet"},
    "sessions_app": {"sessions_app", "accounts", "wallet"},
}
SHARED = {
    "bidi",
    "core",
    "errors",
    "http",
    "rules",
    "time",
    "live",
    "limits",
    "cache",
    "chores",
    "templatetags",
    "http_hosts",
    "admin",
}
# What one app may take from another.
OPEN_TO_OTHERS = {
    "services",
    "queries",
    "models",
    "errors",
    "presence",
    "directory",
    "ledger",
    "references",
    "checks",
    "roles",
}
# Inside an app nobody imports from a later rank.
RANKS = [
    {"errors", "states"},
    {"models"},
    {"queries", "presence", "ledger", "directory"},
    {"services"},
    {"views", "consumers", "api", "admin", "forms", "urls", "management", "templatetags"},
]
rules = Rulebook()


def rank(name: str) -> int | None:
    return next((number for number, names in enumerate(RANKS) if name in names), None)


@rules.rule("wallet/services.py", "from sessions_app.models import Consultation")
def apps_import_downwards(source: Source) -> Iterator[str]:
    for node, name in source.imports():
        package, *rest = name.split(".")
        if package not in PACKAGES or source.package == package:
            continue
        if source.package == "marketplace":
            forbidden = is_shared(source) and package != "marketplace"
        elif package == "marketplace":
            forbidden = bool(rest) and rest[0] not in SHARED
        else:
            forbidden = package not in APPS[source.package]
        if forbidden:
            yield source.line(node)


@rules.rule("marketplace/live/hub.py", "from accounts.models import User")
def what_everyone_shares_knows_no_app(source: Source) -> Iterator[str]:
    if source.package == "marketplace" and is_shared(source):
        yield from (source.line(node) for node, name in source.imports() if name.split(".")[0] in APPS)


def is_shared(source: Source) -> bool:
    return source.has_part(*SHARED)


@rules.rule("sessions_app/views/home.py", "from accounts.people.forms import ProfileForm")
def other_apps_are_entered_by_their_doors(source: Source) -> Iterator[str]:
    for node, name in source.imports():
        package, *rest = name.split(".")
        if package in APPS and source.package in APPS and package != source.package:
            private = any(part.startswith("_") for part in rest)
            if private or (rest and rest[0] not in OPEN_TO_OTHERS):
                yield source.line(node)


@rules.rule("wallet/models.py", "from wallet.services import top_up")
def inside_an_app_imports_go_down(source: Source) -> Iterator[str]:
    mine = rank(source.parts[0]) if source.parts and source.package in APPS else None
    for node, name in source.imports():
        package, *rest = name.split(".")
        theirs = rank(rest[0]) if package == source.package and rest else None
        if mine is not None and theirs is not None and theirs > mine:
            yield source.line(node)


@rules.rule("wallet/services.py", "def pay():\n    from wallet import ledger\n    return ledger")
def nothing_is_imported_inside_a_function(source: Source) -> Iterator[str]:
    for function in source.functions():
        if function.name == "ready" and source.path.endswith("apps.py"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.line(node)


@rules.rule("sessions_app/models/consultation.py", "from django.contrib.sessions.models import Session")
def the_word_session_is_djangos(source: Source) -> Iterator[str]:
    if source.package == "sessions_app":
        for node, name in source.imports():
            if name.startswith("django.contrib.sessions"):
                yield source.line(node)


@pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.name)
def test_imports(rule: Rule) -> None:
    offences = rule.offences(python_files())
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.name)
def test_the_check_can_fail(rule: Rule) -> None:
    assert rule.offences([rule.bad])
