"""`make messages`: collect the marked texts into locale/, keep what is translated, and compile it.

GNU gettext comes from a wheel of requirements-dev.txt and is found in the `bin` of the virtual environment.
The compiled files are committed, so that running the product needs neither gettext nor polib.
"""

import os
import subprocess
import sys
from pathlib import Path

import polib

CHECKOUT = Path(__file__).resolve().parent.parent
DOMAINS = {"django": ["html", "txt", "py"], "djangojs": ["js"]}
NOT_FOR_PEOPLE = ["tests", "*/tests", "tools", "docs", "conftest.py", "node_modules"]
# makemessages reads settings and opens no connection.
SETTINGS = {"SECRET_KEY": "-", "DATABASE_URL": "postgres://-@127.0.0.1/-", "REDIS_URL": "redis://127.0.0.1"}


def collect(checkout: Path, language: str = "de") -> None:
    """Bring the `.po` files below `checkout` up to date with the texts in its code and templates."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for domain, endings in DOMAINS.items():
        words = [sys.executable, "manage.py", "makemessages", "--locale", language, "--domain", domain]
        words += ["--add-location", "file", "--no-obsolete", "--verbosity", "0"]
        words += [word for ending in endings for word in ("--extension", ending)]
        words += [word for pattern in NOT_FOR_PEOPLE for word in ("--ignore", pattern)]
        subprocess.run(words, cwd=checkout, env={**os.environ, **SETTINGS, "PATH": path}, check=True)  # noqa: S603


def catalogs(checkout: Path) -> list[Path]:
    """The `.po` files of all languages and domains."""
    return sorted(checkout.glob("locale/*/LC_MESSAGES/*.po"))


def compiled(catalog: Path) -> bytes:
    """What the `.mo` file beside a `.po` file must contain."""
    binary: bytes = polib.pofile(str(catalog)).to_binary()
    return binary


def main() -> None:
    (CHECKOUT / "locale").mkdir(exist_ok=True)
    collect(CHECKOUT)
    for catalog in catalogs(CHECKOUT):
        catalog.with_suffix(".mo").write_bytes(compiled(catalog))
        entries = polib.pofile(str(catalog))
        undone = len(entries.untranslated_entries()) + len(entries.fuzzy_entries())
        where = catalog.relative_to(CHECKOUT)
        sys.stdout.write(f"  {where}: {len(entries)} texts, {undone} to translate\n")


if __name__ == "__main__":
    main()
