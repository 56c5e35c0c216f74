"""What the web process finds ready: tables, collected static files, demo data."""

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .place import Place, Wishes
from .refusals import StepFailed
from .say import step
from .stopping import Stopping


def prepare(place: Place, wishes: Wishes, environment: Mapping[str, str], stopping: Stopping) -> None:
    with step("Preparing the database"):
        hint = ": check DATABASE_URL" if wishes.own_database else ""
        manage(place, environment, stopping, "migrate", "--noinput", "--verbosity=0", hint=hint)
    if wishes.word != "dev":
        collect_static(place, environment, stopping)
    with step("Making demo data (once)" if wishes.demo else "Blocking demo accounts, if there are any"):
        manage(place, environment, stopping, "seed_demo", *([] if wishes.demo else ["--off"]))


def manage(
    place: Place, environment: Mapping[str, str], stopping: Stopping, *words: str, hint: str = ""
) -> None:
    """One command of `manage.py`; its output is shown, since it is quiet unless something is wrong."""
    command = [str(place.python), str(place.manage), *words]
    process = subprocess.Popen(  # noqa: S603
        command, env=dict(environment), cwd=place.checkout, stdin=subprocess.DEVNULL, start_new_session=True
    )
    if stopping.wait_for(process) != 0:
        raise StepFailed(what=f'"manage.py {words[0]}"', hint=hint)


def collect_static(place: Place, environment: Mapping[str, str], stopping: Stopping) -> None:
    """Only when a file or a pin changed: hashing them all takes longer than the rest of the start."""
    note = place.data / "static.sha256"
    wanted = static_fingerprint(place.checkout)
    if note.exists() and note.read_text() == wanted and (place.data / "static").exists():
        return
    with step("Collecting static files"):
        # htmx's extensions are not used, and one of them imports a module that is not there.
        words = ("collectstatic", "--noinput", "--clear", "--verbosity=0", "--ignore=django_htmx/ext/*")
        manage(place, environment, stopping, *words)
    note.write_text(wanted)


def static_fingerprint(checkout: Path) -> str:
    digest = hashlib.sha256()
    for path in (checkout / "requirements.txt", checkout / "marketplace" / "storage.py"):
        digest.update(path.read_bytes() if path.exists() else b"")
    for path in sorted((checkout / "static").rglob("*")):
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path.relative_to(checkout)} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.hexdigest()
