"""Keeps secrets out of the log: secrets in paths, queries, e-mail addresses, the content of rows."""

import re
import traceback

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import Error as DatabaseError
from django.urls import Resolver404, ResolverMatch, resolve

BLANK = "…"
# The URL parameters that may be logged. Every other parameter is a secret until it is listed here.
SHOWN = {
    "handle", "consultation_id", "file_id", "language", "version",
    "app_label", "content_type_id", "object_id",
}  # fmt: skip
LONGEST_UNKNOWN = 32
EMAIL = re.compile(r"[^\s@<>\"'(),:;\[\]]+@[^\s@<>\"'(),:;\[\]]+\.[^\s@<>\"'(),:;\[\]]+")
# A path, alone or at the end of an address, and its query.
PATH = re.compile(r"(?<![\w.])((?:https?|wss?)://[^\s/\"'<>]+)?(/[^\s\"'<>?#]*)(\?[^\s\"'<>]*)?")
QUOTED_VALUE = re.compile(r": \".*", re.DOTALL)


def shown_path(path: str, match: ResolverMatch | None = None) -> str:
    """The path of a request for the log: parts that may be a secret are blanked.

    Only the beginning of an unknown address is shown, because it may be a mistyped one with a secret.
    """
    if path.startswith(settings.STATIC_URL):
        return path
    try:
        return _blanked(path, match or resolve(path))
    except Resolver404:
        first, slash, _ = path.removeprefix("/").partition("/")
        long = slash or len(first) > LONGEST_UNKNOWN
        return f"/{first[:LONGEST_UNKNOWN]}/{BLANK}" if long else path


def without_secrets(text: str) -> str:
    """A log text without secrets in paths, queries and e-mail addresses."""
    if "/" in text and apps.ready:
        text = PATH.sub(_path_in_text, text)
    return EMAIL.sub(f"{BLANK}@{BLANK}", text) if "@" in text else text


def error_text(problem: BaseException | None) -> str:
    """The tracebacks of an error and of its causes; database messages are cut before a row's values."""
    parts: list[str] = []
    while problem is not None and len(parts) < 5:
        frames = "".join(traceback.format_tb(problem.__traceback__))
        parts.insert(0, f"{frames}{type(problem).__qualname__}: {_words(problem)}")
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    return without_secrets("\nwhich led to\n".join(parts))


def _words(problem: BaseException) -> str:
    words = str(problem)
    if isinstance(problem, DatabaseError | psycopg.Error):
        # DETAIL and LINE, after the first line, repeat the values that were to be stored.
        words = QUOTED_VALUE.sub(f": {BLANK}", words.partition("\n")[0])
    return words


def _blanked(path: str, match: ResolverMatch) -> str:
    taken = [str(value) for name, value in match.kwargs.items() if name not in SHOWN]
    for value in sorted(filter(None, [*taken, *map(str, match.args)]), key=len, reverse=True):
        path = re.sub(rf"(?<=[/-]){re.escape(value)}(?=[/.-]|$)", BLANK, path)
    return path


def _path_in_text(found: re.Match[str]) -> str:
    site, path, query = found.groups()
    for candidate in (path, f"{path}/"):
        try:
            path = _blanked(path, resolve(candidate))
            break
        except Resolver404:
            continue
    return f"{site or ''}{path}{f'?{BLANK}' if query else ''}"
