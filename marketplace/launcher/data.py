"""What the web process finds ready: tables, collected static files, demo data."""

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .place import Place, Wishes
from .refusals import StepFailed
from .stopping import Stopping


def prepare(place: Place, wishes: Wishes, environment: Mapping[str, str], stopping: Stopping) -> None:
    """One process for all of it: starting Django takes longer than most of the work."""
    note = place.data / "static.sha256"
    wanted = static_fingerprint(place.checkout)
    # With DEBUG the files are served where they lie.
    collect = wishes.word != "dev" and not collected(place, wanted)
    hint = ": check DATABASE_URL" if wishes.own_database else ""
    manage(place, environment, stopping, "prepare", *(["--static"] if collect else []), hint=hint)
    if collect:
        note.write_text(wanted)


def collected(place: Place, wanted: str) -> bool:
    """Hashing and compressing them all takes longer than the rest of a start."""
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
    """One command of `manage.py`, in a session of its own: Ctrl-C reaches the launcher, which ends it."""
    command = [str(place.python), str(place.manage), *words]
    process = subprocess.Popen(  # noqa: S603
        command, env=dict(environment), cwd=place.checkout, stdin=subprocess.DEVNULL, start_new_session=True
    )
    if stopping.wait_for(process) != 0:
        raise StepFailed(what=f'"manage.py {words[0]}"', hint=hint)
