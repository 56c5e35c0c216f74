"""What can be sent to the site, read from the site: every address, and the names that its code asks for.

Nothing here is a list to keep: a new address and a new field are found by walking the URL table, the forms
and the admin, and by watching which names are looked up while each address is asked once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django.forms
from django.contrib import admin
from django.http import QueryDict
from django.urls import URLPattern, URLResolver, converters, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from django.utils.datastructures import MultiValueDict

PIECE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
ADMIN = "admin/"
LOOKUPS = ("", "__exact", "__gte", "__isnull", "__in", "__icontains", "__year")


@dataclass(frozen=True)
class Address:
    """One address as pieces: texts, and patterns of the values between them."""

    pieces: tuple[str | re.Pattern[str], ...]
    name: str

    @property
    def in_admin(self) -> bool:
        return str(self.pieces[0]).startswith(ADMIN)

    def usual_path(self, known: list[str]) -> str:
        """An address of this kind that leads somewhere, or nearly."""
        return "/" + "".join(
            piece if isinstance(piece, str) else next(filter(piece.fullmatch, known), "1")
            for piece in self.pieces
        )


def addresses() -> list[Address]:
    """Every address of the URL table, the admin's too, in its order."""
    return [Address(_merged(pieces), name) for pieces, name in _walk(get_resolver(), ())]


def _walk(resolver: URLResolver, before: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    for each in resolver.url_patterns:
        pieces = (*before, *_pieces(each.pattern))
        if isinstance(each, URLPattern):
            yield pieces, str(each.name or each.lookup_str)
        else:
            yield from _walk(each, pieces)


def _pieces(pattern: Any) -> Iterator[Any]:
    if isinstance(pattern, RegexPattern):
        yield re.compile(pattern.regex.pattern.strip("^$"))
        return
    assert isinstance(pattern, RoutePattern), f"a new kind of address: {pattern!r}"
    end = 0
    for found in PIECE.finditer(pattern._route):
        yield pattern._route[end : found.start()]
        yield re.compile(converters.get_converters()[found["kind"] or "str"].regex)
        end = found.end()
    yield pattern._route[end:]


def _merged(pieces: tuple[Any, ...]) -> tuple[Any, ...]:
    whole: list[Any] = [""]
    for piece in pieces:
        if isinstance(piece, str) and isinstance(whole[-1], str):
            whole[-1] += piece
        elif piece != "":
            whole.append(piece)
    return tuple(whole)


def names_of_forms() -> list[str]:
    """The fields of every form of the project, whoever shows it."""
    found: set[str] = set()
    waiting: list[type] = [django.forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found |= set(getattr(kind, "base_fields", {}))
    return sorted(found)


def names_of_filters() -> list[str]:
    """What the admin's lists can be asked for: every column with every sort of lookup."""
    found = {"q", "p", "o", "all", "e", "_popup", "_to_field", "_changelist_filters"}
    for model, page in admin.site._registry.items():
        columns = {column.name for column in model._meta.get_fields()} | {
            str(each) for each in page.list_filter
        }
        found |= {name + lookup for name in columns for lookup in LOOKUPS}
        found |= {
            f"{page.date_hierarchy}__{part}" for part in ("year", "month", "day") if page.date_hierarchy
        }
    return sorted(found)


LOOKS = ("get", "getlist", "__getitem__", "__contains__")


@contextmanager
def names_looked_up() -> Iterator[set[str]]:
    """The names that the code looks up in a form or a query while this is open."""
    found: set[str] = set()

    def watched(method: str) -> Any:
        plain = getattr(MultiValueDict, method)

        def look(self: QueryDict, key: str, *rest: Any) -> Any:
            found.add(str(key))
            return plain(self, key, *rest)

        return look

    for method in LOOKS:
        setattr(QueryDict, method, watched(method))
    try:
        yield found
    finally:
        for method in LOOKS:
            delattr(QueryDict, method)
