"""What a page may say about its camera, microphone and screen."""

from typing import Any

import pytest

from sessions_app.room.frames import shape_problem

PLAIN = {"t": "media", "mic": True, "cam": False}


@pytest.mark.parametrize(
    "more",
    [{}, {"screen": True}, {"screen": False, "spare": True}],
    ids=["plain", "screen", "screen_and_spare"],
)
def test_media_may_speak_of_the_screen_and_of_a_bad_line(more: dict[str, Any]) -> None:
    assert shape_problem(PLAIN | more) is None


@pytest.mark.parametrize(
    "more",
    [{"screen": "yes"}, {"spare": 1}, {"spare": None}, {"zoom": True}],
    ids=["word", "number", "null", "unknown"],
)
def test_media_says_nothing_else(more: dict[str, Any]) -> None:
    assert shape_problem(PLAIN | more) == "shape"


def test_other_frames_have_nothing_optional() -> None:
    assert shape_problem({"t": "leave", "screen": True}) == "shape"
