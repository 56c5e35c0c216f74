"""The source of the product, as the architecture tests read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("marketplace", "accounts", "wallet", "sessions_app")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: `path` from the checkout, such as `wallet/services.py`, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        return self.path.split("/")[0]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.module.split(".")[1:])

    def has_part(self, *names: str) -> bool:
        """Whether it is, or lies in, a module of such a name: `views.py`, `views/home.py`."""
        return any(part in names for part in self.parts[:1])

    def line(self, node: ast.AST, words: str = "") -> str:
        """`path:line: code`, which a terminal makes a link of."""
        number = getattr(node, "lineno", 1)
        code = self.text.splitlines()[number - 1].strip() if self.text else ""
        return f"{self.path}:{number}: {words or code}"

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every imported name in full: `accounts.models.User`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{self.base(node)}.{alias.name}") for alias in node.names)

    def base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.path.endswith("__init__.py")
        above = self.module.split(".")
        above = above[: len(above) - node.level + is_package]
        return ".".join([*above, *([node.module] if node.module else [])])


def python_files() -> list[Source]:
    """All of the product's Python, without tests and migrations."""
    found = (path for package in PACKAGES for path in sorted((CHECKOUT / package).rglob("*.py")))
    inside = ((path, path.relative_to(CHECKOUT)) for path in found)
    return [
        Source(short.as_posix(), path.read_text())
        for path, short in inside
        if not {"tests", "migrations", "__pycache__"} & set(short.parts)
    ]


def text_files(*patterns: str, under: str = ".") -> list[Source]:
    """Files by pattern, such as `*.html` under `templates`."""
    root = CHECKOUT / under
    found = sorted({path for pattern in patterns for path in root.rglob(pattern) if path.is_file()})
    return [Source(path.relative_to(CHECKOUT).as_posix(), path.read_text()) for path in found]
