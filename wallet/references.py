"""Names for a journal's reference: the apps that own the business objects register a resolver each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Reference:
    """How a line names its reference: a label, the other person, a link (both may be empty)."""

    label: str
    url: str = ""
    who: str = ""


Resolver = Callable[[list[str]], Mapping[str, Reference]]

_resolvers: dict[str, Resolver] = {}


def register(prefix: str, resolver: Resolver) -> None:
    """Let `resolver` name references like `<prefix>:...`; it gets all keys of a page at once, for one query.

    Called from `AppConfig.ready()`. A later registration of the same prefix replaces the earlier one.
    """
    _resolvers[prefix] = resolver


def name_top_ups(keys: list[str]) -> dict[str, Reference]:
    """Name purchases of credits."""
    return {key: Reference(label=_("Top-up")) for key in keys}


def resolve(references: Iterable[str]) -> dict[str, Reference]:
    """Name each reference; an unknown one is named after its prefix."""
    keys_of: dict[str, list[str]] = {}
    for key in sorted(set(references)):
        keys_of.setdefault(key.partition(":")[0], []).append(key)
    named: dict[str, Reference] = {}
    for prefix, keys in keys_of.items():
        known = _resolvers[prefix](keys) if prefix in _resolvers else {}
        unknown = Reference(label=prefix.replace("_", " ").capitalize())
        named.update({key: known.get(key, unknown) for key in keys})
    return named
