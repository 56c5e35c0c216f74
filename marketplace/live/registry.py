"""What the apps bring to the live layer; they register in `AppConfig.ready()`.

A topic is `<prefix>:<key>`. Its renderers turn "this changed" into elements by id, each with a version,
so that the same template serves page and socket and an older element never replaces a newer one.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from django.utils import translation

log = logging.getLogger(__name__)


class Ask(NamedTuple):
    """One topic as one person sees it; `viewer` is None where everybody sees the same."""

    key: str
    viewer: int | None


class Wanted(NamedTuple):
    """A topic for one viewer (None: for everybody) in one language, such as "de"."""

    topic: str
    viewer: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of a page: it replaces the element with that id if its version is newer."""

    id: str
    v: int
    html: str


@dataclass(frozen=True, slots=True)
class Go:
    """Leave for `url`, if the page shows element `id` in state `state`."""

    url: str
    id: str
    state: str


@dataclass(slots=True)
class News:
    """What a topic looks like now. `only`: of the elements with this prefix just these still exist."""

    els: list[Element] = field(default_factory=list)
    only: dict[str, list[str]] = field(default_factory=dict)
    go: list[Go] = field(default_factory=list)

    def add(self, other: "News") -> None:
        self.els += other.els
        self.only |= other.only
        self.go += other.go


Renderer = Callable[[Sequence[Ask]], Mapping[Ask, News]]
Action = Callable[[int, dict[str, Any]], None]


class Companion(Protocol):
    """Something that lives as long as the server process and hears of its people's sockets."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def arrived(self, user_id: int) -> bool: ...
    async def departed(self, user_id: int) -> None: ...
    async def reconnected(self) -> None: ...


@dataclass(slots=True)
class Topic:
    personal: bool
    renderers: list[Renderer] = field(default_factory=list)


topics: dict[str, Topic] = {}
follow: dict[str, list[str]] = {}
actions: dict[str, Action] = {}
companions: list[Callable[[], Companion]] = []
pollers: list[Callable[[int], None]] = []
_failed: set[str] = set()


def register_topic(prefix: str, renderer: Renderer, *, personal: bool = False) -> None:
    """Add a renderer of `<prefix>:...`. A personal topic is rendered for each viewer, without delay."""
    topics.setdefault(prefix, Topic(personal)).renderers.append(renderer)


def register_follower(topic: str, *, of: str) -> None:
    """Have `topic` change whenever any topic `<of>:...` does, in each hub, without being published."""
    follow.setdefault(of, []).append(topic)


def followers(topic: str) -> list[str]:
    """The topics that change with this one."""
    return follow.get(topic.partition(":")[0], [])


def register_action(kind: str, action: Action) -> None:
    """Let frames `{"t": kind}` of signed-in people call `action(user_id, frame)` in a database thread."""
    actions[kind] = action


def register_companion(factory: Callable[[], Companion]) -> None:
    """Have one of these in each server process."""
    companions.append(factory)


def register_poller(heard: Callable[[int], None]) -> None:
    """Tell this of each poll of a signed-in person (user id): what a socket would have said by being open."""
    pollers.append(heard)


def is_topic(topic: str) -> bool:
    """Whether somebody renders it."""
    prefix, colon, key = topic.partition(":")
    return bool(colon and key) and prefix in topics


def is_personal(topic: str) -> bool:
    prefix = topic.partition(":")[0]
    return prefix in topics and topics[prefix].personal


def render(wanted: Iterable[Wanted]) -> dict[Wanted, News]:
    """News for each: one call of each renderer for each language that is watched, whatever the number."""
    asked: dict[tuple[str, str], list[Ask]] = {}
    for topic, viewer, language in wanted:
        prefix, _, key = topic.partition(":")
        if prefix in topics:
            asked.setdefault((language, prefix), []).append(Ask(key, viewer))
    found: dict[Wanted, News] = {}
    for (language, prefix), asks in asked.items():
        with translation.override(language):
            for renderer in topics[prefix].renderers:
                for ask, news in _rendered(renderer, prefix, asks).items():
                    wants = Wanted(f"{prefix}:{ask.key}", ask.viewer, language)
                    found.setdefault(wants, News()).add(news)
    return found


def _rendered(renderer: Renderer, prefix: str, asks: Sequence[Ask]) -> Mapping[Ask, News]:
    try:
        return renderer(asks)
    except Exception:
        # One broken piece must not silence all others; the page keeps what it shows until it is asked again.
        log.exception("topic not rendered", extra={"fields": {"asked": len(asks)}})
        owe(f"{prefix}:{ask.key}" for ask in asks)
        return {}


def owe(topics: Iterable[str]) -> None:
    """These were not rendered (a database that was away): pages that watch them may be wrong."""
    _failed.update(topics)


def take_owed() -> set[str]:
    """What has to be rendered again; asked by the hub every few seconds."""
    taken = set(_failed)
    _failed.difference_update(taken)
    return taken
