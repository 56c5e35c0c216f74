"""The shapes of the room's frames, told without a room; the socket that asks is in test_room_consumer.py."""

from typing import Any

import pytest

from sessions_app.room import consumer, frames, signaling
from sessions_app.tests.room.room_pages import CANDIDATE, OFFER

MESSAGE = "3f2b8c1e-5d6a-4b7c-8d9e-0a1b2c3d4e5f"
MEASURES = [
    {"t": "health", "ice": "connected", "rtt": 43, "loss": 0.4},
    {"t": "health", "ice": "failed", "rtt": None, "loss": None},
    {"t": "media", "mic": True, "cam": False, "screen": False},
    {"t": "cand", "n": 9, "pc": "9f3c21aa", "to": "77b0e1d2", "c": None},
    {"t": "cand", "n": 4, "pc": "9f3c21aa", "to": "77b0e1d2", "c": CANDIDATE},
    {"t": "desc", "n": 3, "pc": "9f3c21aa", "to": "77b0e1d2", "d": OFFER},
]
WRONG = [
    {"t": "desc", "n": 1, "pc": "c0000001", "to": "d0000001", "d": {"type": "rollback", "sdp": "v=0"}},
    {"t": "desc", "n": 1, "pc": "c0000001", "to": "d0000001", "d": {"type": "offer", "sdp": "x"}},
    {"t": "desc", "n": True, "pc": "c0000001", "to": "d0000001", "d": OFFER},
    {"t": "desc", "n": 1, "pc": "C0000001", "to": "d0000001", "d": OFFER},
    {"t": "desc", "n": 1, "pc": "c0000001", "to": "d0000001", "d": OFFER, "role": "consultant"},
    {"t": "cand", "n": 1, "pc": "c0000001", "to": "d0000001", "c": {"candidate": "drop table"}},
    {"t": "cand", "n": 1, "pc": "c0000001", "to": "d0000001", "c": []},
    {"t": "beat", "n": 1, "contact": "yes", "unbroken": True},
    {"t": "join", "v": 2, "page": "0a0b0c0d", "pc": "c0000001", "after": "0"},
    {"t": "join", "v": 1, "page": "0a0b0c0d", "pc": "c0000001", "after": "-1"},
    {"t": "health", "ice": "sick", "rtt": 43, "loss": 0.4},
    {"t": "health", "ice": "connected", "rtt": -1, "loss": 0.4},
    {"t": "health", "ice": "connected", "rtt": "43", "loss": 0.4},
    {"t": "join", "v": True, "page": "0a0b0c0d", "pc": "9f3c21aa", "after": "0"},
    {"t": "media", "mic": True, "cam": False, "screen": "yes"},
    {"t": "turn", "now": True},
    {"t": "say", "id": "1", "text": "x"},
    {"t": "say", "id": MESSAGE.upper(), "text": "x"},
    {"t": "say", "id": MESSAGE, "text": 7},
    {"t": "say", "id": MESSAGE, "text": "x", "from": "consultant"},
    {"t": "say", "text": "x"},
    {"t": "chat_after", "n": -1},
    {"t": "chat_after", "n": "0"},
    {"t": "typing", "text": "secret"},
    {"t": "desc", "n": 1, "pc": "9f3c21aa", "to": "77b0e1d2", "d": {**OFFER, "type": "pranswer"}},
]


@pytest.mark.parametrize("frame", MEASURES)
def test_frame_as_it_is_written_down_is_taken(frame: dict[str, Any]) -> None:
    assert frames.shape_problem(frame) is None


@pytest.mark.parametrize("frame", WRONG)
def test_frame_that_is_not_is_refused(frame: dict[str, Any]) -> None:
    assert frames.shape_problem(frame) == "shape"


def test_candidate_longer_than_any_honest_one_is_refused() -> None:
    long = {**CANDIDATE, "candidate": "candidate:" + "1" * 1100}
    assert (
        frames.shape_problem({"t": "cand", "n": 1, "pc": "9f3c21aa", "to": "77b0e1d2", "c": long}) == "size"
    )


def test_limits_are_those_that_are_written_down() -> None:
    assert signaling.MOST == {"desc": 40, "cand": 300}
    assert (signaling.CONNECTIONS_A_MINUTE, signaling.BYTES_A_MINUTE) == (40, 1024 * 1024)
    assert consumer.LIMITS == {"frame": 65536, "sdp": 49152, "cand": 1024, "rate": 30, "burst": 120}
    assert (consumer.RoomConsumer.rate, consumer.RoomConsumer.burst) == (30, 120)
    assert (consumer.RoomConsumer.max_dropped, consumer.JOIN_SECONDS) == (50, 5)
