"""`make reset`: deletes this checkout's data, and as root also its folder outside the checkout."""

import os
import shutil

from marketplace.embedded import EmbeddedPostgres, EmbeddedValkey

from .checks import check_data_folder, end_leftover_web, take_lock
from .place import Place, Wishes
from .say import say

MADE_BY_US = (
    "downloads",
    "mail",
    "media",
    "packages.lock",
    "postgres",
    "requirements.txt",
    "run",
    "secret-key",
    "static",
    "static.sha256",
    "valkey",
    "venv-half-made",
)


def reset(place: Place, wishes: Wishes) -> None:
    """Delete the data, unless the site runs. Servers left over from a killed launcher are stopped first."""
    if not place.data.exists():
        say(f"There is no data in {place.data}: nothing to delete.")
        return
    check_data_folder(place, wishes.word)
    lock = take_lock(place, wishes.address)
    end_leftover_web(place)
    EmbeddedValkey(place.data / "valkey").end_leftover()
    postgres = EmbeddedPostgres(place.data / "postgres")
    outside = postgres.remove()
    delete(place)
    os.close(lock)
    say(f"Deleted {place.data}{f' and {outside}' if outside else ''}; the next start creates new data.")
    if wishes.own_database:
        say("The database in DATABASE_URL was not touched.")


def delete(place: Place) -> None:
    """Delete all of `.data/`; in a folder chosen by DATA_DIR, only the files that we put there."""
    if place.data == place.checkout / ".data":
        shutil.rmtree(place.data)
        return
    for name in MADE_BY_US:
        path = place.data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
