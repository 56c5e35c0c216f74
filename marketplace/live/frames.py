"""Frames of `/ws/live/` as text: each element is made to JSON once, however many sockets get it."""

import json
from collections.abc import Iterable, Mapping

from marketplace.live.registry import News


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Pieces:
    """One topic's news, ready to be joined into frames."""

    __slots__ = ("els", "gos", "only")

    def __init__(self, news: News) -> None:
        self.els = [(el.id, el.v, _json({"id": el.id, "v": el.v, "html": el.html})) for el in news.els]
        self.only = news.only
        self.gos = [_json({"t": "go", "url": go.url, "id": go.id, "state": go.state}) for go in news.go]


def changed(pieces: Iterable[Pieces]) -> list[str]:
    """The frames that tell a page what changed."""
    return _frames("html", pieces, {})


def snapshot(pieces: Iterable[Pieces], have: Mapping[str, int]) -> list[str]:
    """The frames that bring a page up to date; elements it has already are left out."""
    return _frames("snap", pieces, have)


def _frames(kind: str, pieces: Iterable[Pieces], have: Mapping[str, int]) -> list[str]:
    els: list[str] = []
    only: dict[str, list[str]] = {}
    gos: list[str] = []
    for piece in pieces:
        els += [text for el_id, v, text in piece.els if have.get(el_id, -1) < v]
        only |= piece.only
        gos += piece.gos
    frame = f'{{"t":"{kind}","els":[{",".join(els)}],"only":{_json(only)}}}'
    worth_it = kind == "snap" or els or only
    return ([frame] if worth_it else []) + gos
