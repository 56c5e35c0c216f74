"""Who may import whom: facts flow down, and nobody looks into another room's drawers."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.rulebook import Rule, Rulebook
from tests.support.source import PACKAGES, Source, python_files

# The apps an app may import, itself included.
APPS = {
    "accounts": {"accounts"},
    "wallet": {"wallet"},
    "sessions_app": {"sessions_app", "accounts", "wallet"},
}
# The folders of `marketplace` that everybody imports and that import no app; all others are composition.
SHARED = {"core", "live", "models", "templatetags"}
# How a module of another app may be called, or the folder that it lies in.
OPEN_TO_OTHERS = {
    "availability",
    "directory",
    "ledger",
    "maintenance",
    "models",
    "payments",
    "people",
    "profiles",
}
OPEN_TO_OTHERS |= {"amounts", "checks", "errors", "handles", "queries", "references", "roles", "zones"}
PRIVATE = {"views", "forms", "page", "consumer", "adapters", "agent"}
# Inside an app nobody imports a folder from a later rank.
RANKS = {
    "accounts": [
        {"errors", "handles", "languages", "zones"},
        {"models"},
        {"hours", "staff"},
        {"availability"},
        {"profiles"},
        {"people", "directory", "queries"},
        {"admin", "apps", "live", "urls", "templatetags"},
    ],
    "wallet": [
        {"errors", "amounts"},
        {"fields", "models"},
        {"ledger", "references", "lookup"},
        {"queries", "checks", "roles"},
        {"statements", "payments", "maintenance"},
        {"admin", "apps", "urls", "management", "templatetags"},
    ],
    "sessions_app": [
        {"errors", "states"},
        {"models"},
        {"calls"},
        {"chat", "room", "receipts", "requests"},
        {"desk", "consultation", "clock", "chores", "admin", "apps", "urls"},
    ],
}
rules = Rulebook()


def rank(package: str, name: str) -> int | None:
    ranks = RANKS.get(package, [])
    return next((number for number, names in enumerate(ranks) if name in names), None)


@rules.rule("wallet/payments/top_ups.py", "from sessions_app.models import Consultation")
@rules.rule("wallet/payments/top_ups.py", "from marketplace.web.home import home")
def apps_import_downwards(source: Source) -> Iterator[str]:
    for node, name in source.imports():
        package, *rest = name.split(".")
        if package not in PACKAGES or source.package in (package, "marketplace"):
            continue
        known = (
            rest[:1] and rest[0] in SHARED if package == "marketplace" else package in APPS[source.package]
        )
        if not known:
            yield source.line(node)


@rules.rule("marketplace/live/hub.py", "from accounts.models import User")
@rules.rule("marketplace/core/http.py", "from marketplace.web.home import home")
def what_everyone_shares_knows_no_app(source: Source) -> Iterator[str]:
    if source.package != "marketplace" or not set(source.parts[:1]) & (SHARED - {"templatetags"}):
        return
    for node, name in source.imports():
        package, *rest = name.split(".")
        if package in APPS or (package == "marketplace" and rest and rest[0] not in SHARED):
            yield source.line(node)


@rules.rule("sessions_app/desk/views.py", "from accounts.people.forms import ProfileForm")
@rules.rule("sessions_app/desk/views.py", "from accounts.live import free")
def other_apps_are_entered_by_their_doors(source: Source) -> Iterator[str]:
    for node, name in source.imports():
        package, *rest = name.split(".")
        if package in APPS and source.package in APPS and package != source.package and rest:
            private = any(part.startswith("_") or part in PRIVATE for part in rest)
            if private or rest[0] not in OPEN_TO_OTHERS:
                yield source.line(node)


@rules.rule("wallet/models.py", "from wallet.payments.top_ups import top_up")
def inside_an_app_imports_go_down(source: Source) -> Iterator[str]:
    mine = rank(source.package, source.parts[0]) if source.parts else None
    for node, name in source.imports():
        package, *rest = name.split(".")
        theirs = rank(package, rest[0]) if package == source.package and rest else None
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
