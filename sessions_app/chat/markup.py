"""Splits a message into words, links and code. `chat_markup.js` does the same in the browser."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

FENCE = re.compile(r"```(?:[\w+#.-]*\n)?(.*?)```", re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`|(https?://[^\s<>\"`]+)", re.IGNORECASE)
BEHIND_A_LINK = ".,;:!?'”’"


@dataclass(frozen=True)
class Piece:
    """`kind` is words, link, code or block; a link's text is its address."""

    kind: str
    text: str


def pieces(text: str) -> list[Piece]:
    """The text in order; nothing is lost but the marks of code. A fence that never closes stays words."""
    found: list[Piece] = []
    at = 0
    for fence in FENCE.finditer(text):
        found += _line_pieces(_beside(text[at : fence.start()], before=at > 0, after=True))
        if code := fence[1].strip("\n"):
            found.append(Piece("block", code))
        at = fence.end()
    return found + _line_pieces(_beside(text[at:], before=at > 0, after=False))


def _beside(text: str, *, before: bool, after: bool) -> str:
    """Without the one line end beside a block, which stands on lines of its own."""
    later = text.removeprefix("\n") if before else text
    return later.removesuffix("\n") if after else later


def _line_pieces(text: str) -> list[Piece]:
    found: list[Piece] = []
    at = 0
    for match in INLINE.finditer(text):
        kind, inside, stop = "code", match[1], match.end()
        if inside is None:
            inside = _address(match[2])
            kind, stop = "link", match.start() + len(inside)
            if not _usable(inside):
                continue
        found += [Piece("words", text[at : match.start()])] if at < match.start() else []
        found.append(Piece(kind, inside))
        at = stop
    return found + ([Piece("words", text[at:])] if at < len(text) else [])


def _address(text: str) -> str:
    """Without the punctuation of the sentence, and without a bracket that was opened before the link."""
    end = len(text)
    too_many = text.count(")") - text.count("(")  # counted once: a message may be nothing but brackets
    while end and (text[end - 1] in BEHIND_A_LINK or (text[end - 1] == ")" and too_many > 0)):
        end -= 1
        too_many -= text[end] == ")"
    return text[:end]


def _usable(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
