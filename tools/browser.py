"""What the journeys drive: Chromium, Firefox, a relay, nft; as root on Debian installed when missing."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")
# The tests that need them are skipped with words where they cannot be installed, and fail in CI.
OTHERS = {"turnserver": "coturn", "firefox-esr": "firefox-esr", "nft": "nftables", "ip": "iproute2"}
QUICK = ("--no-install-recommends", "-y", "-q")


def find() -> str | None:
    """The path of a browser: the one named by E2E_CHROMIUM, the system's, or Playwright's own."""
    named = os.environ.get("E2E_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or playwrights_own()


def playwrights_own() -> str | None:
    """What `playwright install chromium` once brought, if somebody ran it."""
    ask = "from playwright.sync_api import *\nwith sync_playwright() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)  # noqa: S603
    path = done.stdout.strip()
    return path if path and shutil.which(path) else None


def provide() -> str | None:
    """Find one or install it; None when that is not possible here."""
    return find() or (find() if install(*PACKAGES) else None)


def provide_others() -> list[str]:
    """The programs beside the browser that are still missing after installing what can be installed."""
    missing = [name for name in OTHERS if not shutil.which(name)]
    if missing:
        install(*(OTHERS[name] for name in missing))
    return [name for name in OTHERS if not shutil.which(name)]


def install(*packages: str) -> bool:
    """By apt, as root only."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update", "-q"), ("install", *QUICK, *packages)):
        done = subprocess.run([apt, *words], env=quiet, capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            sys.stdout.write(done.stdout[-2000:] + done.stderr[-2000:])
            return False
    return True
