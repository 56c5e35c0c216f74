"""The shapes of the frames that a room page may send; everything else is refused (docs/room.md)."""

import re
from typing import Any

Frame = dict[str, Any]

FRAME_BYTES = 64 * 1024
SDP_CHARS = 48 * 1024
CANDIDATE_CHARS = 1024
PAGE_ID = re.compile(r"[0-9a-f]{8}\Z")
SEQ = re.compile(r"(?:0|[0-9]{1,20}-[0-9]{1,20})\Z")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
COUNT_MAX = 1_000_000
CONNECTION_STATES = {"new", "connecting", "connected", "disconnected", "failed", "closed"}


def is_page_id(value: Any) -> bool:
    """Eight hexadecimal digits that a page chose for itself."""
    return isinstance(value, str) and PAGE_ID.match(value) is not None


def is_count(value: Any) -> bool:
    """A whole number from 0 to a million."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COUNT_MAX


def is_flag(value: Any) -> bool:
    """True or false, and nothing that only counts as such."""
    return isinstance(value, bool)


def is_version(value: Any) -> bool:
    """The one version of the frames that this server speaks."""
    return is_count(value) and value == 1


def is_connection_state(value: Any) -> bool:
    """A state of the browser's RTCPeerConnection."""
    return value in CONNECTION_STATES if isinstance(value, str) else False


def is_measure(value: Any) -> bool:
    """Milliseconds or a percentage; null where the browser cannot tell."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and 0 <= value <= COUNT_MAX)


def is_seq(value: Any) -> bool:
    """A place in the signaling stream, or "0" for none."""
    return isinstance(value, str) and SEQ.match(value) is not None


def is_short_text(value: Any) -> bool:
    """A text of at most 256 characters, or null."""
    return value is None or (isinstance(value, str) and len(value) <= 256)


def is_text(value: Any) -> bool:
    """Any text that fits into a frame; the chat refuses a message that is too long with a sentence."""
    return isinstance(value, str)


def is_uuid(value: Any) -> bool:
    """A UUID in its usual form, in lower case."""
    return isinstance(value, str) and UUID.match(value) is not None


def is_description(value: Any) -> bool:
    """An offer or an answer: no rollback and no pranswer crosses the server."""
    if not isinstance(value, dict) or set(value) != {"type", "sdp"}:
        return False
    sdp = value["sdp"]
    return value["type"] in ("offer", "answer") and isinstance(sdp, str) and sdp.startswith("v=0")


def is_candidate(value: Any) -> bool:
    """A candidate as browsers write it, or null at the end of them."""
    if value is None:
        return True
    known = {"candidate", "sdpMid", "sdpMLineIndex", "usernameFragment"}
    if not isinstance(value, dict) or not set(value) <= known or "candidate" not in value:
        return False
    line, index = value["candidate"], value.get("sdpMLineIndex")
    return (
        isinstance(line, str)
        and (line == "" or line.startswith("candidate:"))
        and is_short_text(value.get("sdpMid"))
        and is_short_text(value.get("usernameFragment"))
        and (index is None or is_count(index))
    )


SHAPES: dict[str, dict[str, Any]] = {
    "join": {"v": is_version, "page": is_page_id, "pc": is_page_id, "after": is_seq},
    "desc": {"n": is_count, "pc": is_page_id, "to": is_page_id, "d": is_description},
    "cand": {"n": is_count, "pc": is_page_id, "to": is_page_id, "c": is_candidate},
    "media": {"mic": is_flag, "cam": is_flag},
    "health": {"ice": is_connection_state, "rtt": is_measure, "loss": is_measure},
    "beat": {"n": is_count, "contact": is_flag, "unbroken": is_flag},
    "turn": {},
    "watch": {},
    "leave": {},
    "say": {"id": is_uuid, "text": is_text},
    "chat_after": {"n": is_count},
    "typing": {},
}
# Optional keys: `screen` (it is shared), `spare` (send no video, because this connection is bad).
OPTIONAL: dict[str, dict[str, Any]] = {"media": {"screen": is_flag, "spare": is_flag}}


def shape_problem(frame: Frame) -> str | None:
    """`shape` or `size` if this frame is not exactly as its kind must be, else None."""
    shape = SHAPES.get(frame["t"])
    if shape is None:
        return "shape"
    extra = OPTIONAL.get(frame["t"], {})
    shape = shape | {key: check for key, check in extra.items() if key in frame}
    if set(frame) != {"t", *shape}:
        return "shape"
    if not all(check(frame[key]) for key, check in shape.items()):
        return "shape"
    return size_problem(frame)


def size_problem(frame: Frame) -> str | None:
    """`size` if the description or the candidate is longer than any honest one."""
    if frame["t"] == "desc" and len(frame["d"]["sdp"]) > SDP_CHARS:
        return "size"
    if frame["t"] == "cand" and frame["c"] and len(frame["c"]["candidate"]) > CANDIDATE_CHARS:
        return "size"
    return None
