"""The source of the product, as the architecture tests read it."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePath

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# What tools and runs leave in a checkout: thousands of files that nobody here wrote.
NOT_OURS = {
    ".data", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__",
    "node_modules", "test-results",
}  # fmt: skip
APPS = ("accounts", "wallet", "sessions_app")
PACKAGES = ("marketplace", *APPS)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: `path` from the checkout, such as `wallet/services.py`, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, walked once."""
        return list(ast.walk(self.tree))

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
        """Whether it is, or lies in, a module of such a name: `people/views.py`, `people/views/verify.py`."""
        return any(part in names for part in self.parts)

    def line(self, node: ast.AST, words: str = "") -> str:
        """`path:line: code`, which a terminal makes a link of."""
        number = getattr(node, "lineno", 1)
        code = self.text.splitlines()[number - 1].strip() if self.text else ""
        return f"{self.path}:{number}: {words or code}"

    def functions(self) -> Iterator[Function]:
        for node in self.nodes:
            if isinstance(node, Function):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every imported name in full: `accounts.models.User`."""
        for node in self.nodes:
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


@cache
def checkout_files() -> tuple[PurePath, ...]:
    """Every file that is ours, from the checkout, in order; the folders of tools are never walked into.

    Not by `git ls-files`: an unpacked archive has no git, and what is not added yet is to be read, too.
    """
    found = []
    for folder, below, names in os.walk(CHECKOUT):
        below[:] = [name for name in below if name not in NOT_OURS]
        found += [PurePath(folder, name).relative_to(CHECKOUT) for name in names]
    return tuple(sorted(found))


@cache
def read(path: PurePath) -> Source:
    """One file of the checkout; however many rules look at it, it is read and parsed once."""
    return Source(path.as_posix(), (CHECKOUT / path).read_text())


def text_files(*patterns: str, under: str = ".") -> list[Source]:
    """Files by the pattern of their names, such as `*.html` under `templates`."""
    return [
        read(path)
        for path in checkout_files()
        if path.is_relative_to(under) and any(path.match(pattern) for pattern in patterns)
    ]


def python_files() -> list[Source]:
    """All of the product's Python, without tests and migrations."""
    found = (source for package in PACKAGES for source in text_files("*.py", under=package))
    return [source for source in found if not {"tests", "migrations"} & set(source.path.split("/"))]
