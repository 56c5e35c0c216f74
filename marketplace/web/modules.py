"""Finds the JavaScript modules that a page needs, once, from the sources."""

import re
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders

IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.[^"']+)["'];""", re.MULTILINE)


def modules_of(entry: str) -> list[str]:
    """`entry` and all it imports, directly or not, by their static names; the entry first."""
    return _graph.__wrapped__(entry) if settings.DEBUG else list(_graph(entry))


@cache
def _graph(entry: str) -> list[str]:
    found, waiting = [entry], [entry]
    while waiting:
        folder = PurePosixPath(waiting[0]).parent
        for name in _imports(waiting.pop(0)):
            path = _joined(folder, name)
            if path not in found:
                found.append(path)
                waiting.append(path)
    return found


def _imports(name: str) -> list[str]:
    path = finders.find(name)
    if not path:
        return []
    return IMPORT.findall(Path(path).read_text(encoding="utf-8"))


def _joined(folder: PurePosixPath, name: str) -> str:
    parts: list[str] = []
    for part in (folder / name).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
