"""The habits of docs/decisions/ and CONTRIBUTING.md, each with the line that breaks it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.rulebook import Rule, Rulebook
from tests.support.source import APPS, CHECKOUT, PACKAGES, Function, Source, python_files, text_files

WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
NOT_OURS = {"ImproperlyConfigured", "CommandError", "ValidationError"}
SQL_CLOCK = re.compile(r"\b(?:now\(\)|current_timestamp|localtimestamp)", re.IGNORECASE)
# Modules that answer people: they call services, and write nothing themselves.
SHOWING = {"views", "page", "consultation", "consumer", "feature", "api", "admin", "templatetags"}
NO_SERVICES = SHOWING | {"models", "forms", "live", "apps", "management", "migrations"}
rules = Rulebook()


def called(node: ast.Call) -> str:
    """The last name of what is called: `atomic` of `transaction.atomic(...)`."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


# --- transactions and writes --------------------------------------------------------------------


@rules.rule("wallet/services.py", "with transaction.atomic():\n    pass")
def every_transaction_says_what_it_is(source: Source) -> Iterator[str]:
    called_ones = [node for node in source.calls() if called(node) == "atomic"]
    for node in called_ones:
        if not {keyword.arg for keyword in node.keywords} & {"durable", "savepoint"}:
            yield source.line(node)


@rules.rule("wallet/services.py", "@transaction.atomic\ndef pay():\n    pass")
def every_transactional_function_says_what_it_is(source: Source) -> Iterator[str]:
    for function in source.functions():
        for decorator in function.decorator_list:
            if getattr(decorator, "attr", "") == "atomic":
                yield source.line(decorator)


@rules.rule("wallet/views.py", "def pay(request):\n    TopUp.objects.create()")
def only_services_write(source: Source) -> Iterator[str]:
    if not source.has_part(*SHOWING):
        return
    for node in source.calls():
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            yield source.line(node)


@rules.rule("accounts/people/services.py", "def rename(*, user):\n    user.save()")
def a_save_names_its_fields(source: Source) -> Iterator[str]:
    for node in source.calls():
        if isinstance(node.func, ast.Attribute) and node.func.attr == "save" and not node.keywords:
            yield source.line(node)


@rules.rule("sessions_app/calls/attendance.py", "def end(*, c):\n    c.state = 'ended'")
def a_state_changes_by_a_guarded_update(source: Source) -> Iterator[str]:
    for node in source.nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target) != "self.state":
                yield from [source.line(node)] * (target.attr == "state")


@rules.rule("wallet/services.py", "@transaction.atomic(durable=True)\ndef pay(user, amount):\n    pass")
def services_take_keywords(source: Source) -> Iterator[str]:
    # The ledger gateway stands for the database: its values are those of an SQL function, in their order.
    for node in source.tree.body if source.package in APPS and not source.has_part("gateway") else []:
        if not isinstance(node, Function) or node.name.startswith("_") or "atomic(" not in ast.unparse(node):
            continue
        if node.args.posonlyargs or node.args.args or node.args.vararg:
            yield source.line(node)


@rules.rule("wallet/services.py", "def pay(*, user):\n    return user")
def services_say_what_they_do(source: Source) -> Iterator[str]:
    if source.package in APPS and not source.has_part(*NO_SERVICES):
        for node in source.tree.body:
            if isinstance(node, Function) and not node.name.startswith("_") and not ast.get_docstring(node):
                yield source.line(node)


# --- time and money ---------------------------------------------------------------------------------


@rules.rule("wallet/services.py", "from django.utils import timezone\nx = timezone.now()")
def the_database_is_the_clock(source: Source) -> Iterator[str]:
    for node in source.calls():
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if called(node) in {"now", "utcnow"} and owner in {"timezone", "datetime"}:
            yield source.line(node)
        if called(node) == "Now":
            yield source.line(node)


@rules.rule("wallet/queries.py", 'SQL = "SELECT now()"')
def sql_is_told_the_time(source: Source) -> Iterator[str]:
    for node in source.nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and SQL_CLOCK.search(text) and re.search(r"SELECT|UPDATE|INSERT", text):
            yield source.line(node)


@rules.rule("wallet/amounts.py", "x = float('1.5')")
def money_is_whole_numbers(source: Source) -> Iterator[str]:
    if source.package == "wallet":
        yield from (source.line(node) for node in source.calls() if called(node) in {"float", "Decimal"})


# --- errors and news -------------------------------------------------------------------------------


@rules.rule("wallet/services.py", "def pay(*, x):\n    raise ValueError('no')")
def a_refusal_is_a_class_with_words(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            words = [part for part in node.exc.args if is_text(part)]
            if words and called(node.exc) not in NOT_OURS:
                yield source.line(node)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


@rules.rule(
    "sessions_app/room/consumer.py", "async def tell(self):\n    await self.channel_layer.group_send('a', {})"
)
def news_leave_by_one_door(source: Source) -> Iterator[str]:
    # The layer is what that door opens on: it bounds the wait.
    if source.path not in ("marketplace/live/publish.py", "marketplace/live/layer.py"):
        yield from (source.line(node) for node in source.calls() if called(node) == "group_send")


@rules.rule("accounts/models/user.py", "@receiver(post_save)\ndef saved(**k):\n    pass")
def no_signals_of_our_own(source: Source) -> Iterator[str]:
    for node in source.calls():
        if called(node) == "receiver" and source.package != "accounts":
            yield source.line(node)
        if called(node) == "receiver" and re.search("post_save|pre_save|m2m_changed", ast.unparse(node)):
            yield source.line(node)


# --- views --------------------------------------------------------------------------------------------


@rules.rule("wallet/views.py", "class Pay(TemplateView):\n    pass")
def views_are_functions(source: Source) -> Iterator[str]:
    for node in source.tree.body:
        bases = node.bases if isinstance(node, ast.ClassDef) and source.has_part("views") else []
        if any(ast.unparse(base).endswith("View") for base in bases):
            yield source.line(node)


@rules.rule("wallet/views.py", "@login_required\n@require_POST\ndef pay(request):\n    pass")
def a_view_names_its_methods_first(source: Source) -> Iterator[str]:
    if source.package == "marketplace" or not source.has_part("views"):
        return
    for node in source.tree.body:
        if not isinstance(node, Function) or node.name.startswith("_") or not takes_request(node):
            continue
        first = ast.unparse(node.decorator_list[0]) if node.decorator_list else ""
        if not first.startswith("require_"):
            yield source.line(node)


def takes_request(function: Function) -> bool:
    """Whether it is a view: a request comes in, a response goes out."""
    given = [argument.arg for argument in function.args.args[:1]]
    answers = ast.unparse(function.returns) if function.returns else "HttpResponse"
    return given == ["request"] and "HttpResponse" in answers


@pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.name)
def test_habit(rule: Rule) -> None:
    offences = rule.offences(python_files())
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.name)
def test_the_check_can_fail(rule: Rule) -> None:
    assert rule.offences([rule.bad])


def test_migrations_are_named_for_what_they_do() -> None:
    names = [path.name for package in PACKAGES for path in (CHECKOUT / package).glob("migrations/0*.py")]
    assert names
    assert not [name for name in names if "_auto_" in name]


def test_sql_files_are_told_the_time() -> None:
    files = text_files("*.sql")
    assert files
    assert not [source.path for source in files if SQL_CLOCK.search(source.text)]


def test_every_package_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split("#")[0].strip() for line in (CHECKOUT / name).read_text().splitlines()]
        loose = [line for line in lines if line and not line.startswith("-r ") and "==" not in line]
        assert not loose, f"{name}: {loose}"
