"""A short edition of the demo's books, and the command that tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

from marketplace.core import rules
from marketplace.demo.books import Books, Talk, books

SIGN_INS = ("client@example.com", "consultant@example.com", "staff@example.com")


def short(talk: Talk) -> Talk:
    """The same talk in fewer beats."""
    pause = talk.pause and replace(talk.pause, after=min(talk.pause.after, 66))
    return replace(talk, talk=min(talk.talk, 190), pause=pause)


def few_books() -> Books:
    """One consultation of each ending, and one with an interruption, of the real books."""
    chosen = {talk.end: talk for talk in books().talks if not talk.pause}
    paused = next(talk for talk in books().talks if talk.pause and talk.pause.how == "lost")
    talks = sorted([*chosen.values(), paused], key=lambda talk: (-talk.ago, talk.at))
    needed = {"mara", *(name for talk in talks for name in (talk.client, talk.consultant))}
    return replace(
        books(),
        consultants=[one for one in books().consultants if one.portrait in needed],
        talks=[short(talk) for talk in talks],
        top_ups=books().top_ups[:1],
    )


@contextmanager
def demo_site(told: Books) -> Iterator[None]:
    """Demo data is on, on this machine only; the command tells `told`, and a full talk lasts 200 seconds."""
    with pytest.MonkeyPatch.context() as patch, override_settings(DEMO=True, ALLOWED_HOSTS=["127.0.0.1"]):
        patch.setattr("marketplace.management.commands.seed_demo.books", lambda: told)
        patch.setattr(rules, "BOUGHT_SECONDS", 200)
        yield


def accounts(of: Books) -> int:
    """How many accounts these books make; one more is staff."""
    return len(of.consultants) + len(of.waiting) + len(of.clients) + 1


def free(of: Books) -> int:
    return sum(one.free for one in of.consultants)


def seed_demo(*words: str) -> str:
    out = StringIO()
    call_command("seed_demo", *words, stdout=out)
    return out.getvalue()
