"""Prepares tables, static files and demo data for the web process."""

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .place import Place, Wishes
from .refusals import StepFailed
from .stopping import Stopping


def prepare(place: Place, wishes: Wishes, environment: Mapping[str, str], stopping: Stopping) -> None:
    """Run all steps in one process: starting Django takes longer than most of them."""
    note = place.data / "static.sha256"
    wanted = static_fingerprint(place.checkout)
    # With DEBUG the files are served from their source folders.
    collect = wishes.word != "dev" and not collected(place, wanted)
    hint = ": check DATABASE_URL" if wishes.own_database else ""
    manage(place, environment, stopping, "prepare", *(["--static"] if collect else []), hint=hint)
    if collect:
        note.write_text(wanted)


def collected(place: Place, wanted: str) -> bool:
    """Whether the files are already collected: hashing and compressing them takes most of a start."""
    note = place.data / "static.sha256"
    return note.exists() and note.read_text() == wanted and (place.data / "static").exists()


def static_fingerprint(checkout: Path) -> str:
    digest = hashlib.sha256()
    for path in (checkout / "requirements.txt", checkout / "marketplace" / "storage.py"):
        digest.update(path.read_bytes() if path.exists() else b"")
    for path in sorted((checkout / "static").rglob("*")):
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path.relative_to(checkout)} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.hexdigest()


def manage(
    place: Place, environment: Mapping[str, str], stopping: Stopping, *words: str, hint: str = ""
) -> None:
    """Run one command of `manage.py`, in its own session: Ctrl-C reaches the launcher, which stops it."""
    command = [str(place.python), str(place.manage), *words]
    process = subprocess.Popen(  # noqa: S603
        command, env=dict(environment), cwd=place.checkout, stdin=subprocess.DEVNULL, start_new_session=True
    )
    if stopping.wait_for(process) != 0:
        raise StepFailed(what=f'"manage.py {words[0]}"', hint=hint)
