"""Messages are read alike on the server and in the browser: the cases are those of the script's own test."""

import json
from pathlib import Path
from time import thread_time  # of this thread alone: other programs may be busy

import pytest

from sessions_app.chat.markup import Piece, pieces

CASES = json.loads(
    (Path(__file__).parents[3] / "tests" / "js" / "room" / "markup_cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("name", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_message_is_read_as_on_the_page(name: str, text: str, expected: list[list[str]]) -> None:
    assert [[piece.kind, piece.text] for piece in pieces(text)] == expected


def test_a_link_followed_by_thousands_of_brackets_is_read_as_quickly() -> None:
    link, brackets = "https://a", ")" * 4000
    began = thread_time()
    for _ in range(20):
        assert pieces(link + brackets) == [Piece("link", link), Piece("words", brackets)]
    assert thread_time() - began < 0.2


def test_a_long_nonsense_is_read_quickly() -> None:
    began = thread_time()
    for sign in ("`", "```", "https://(", "(", "http://a)"):
        pieces((sign * 4000)[:4000])
    assert thread_time() - began < 1
