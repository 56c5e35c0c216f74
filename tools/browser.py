"""Find a Chromium for the journeys; as root on a Debian-like system install one when there is none."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")
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
    return find() or (find() if install() else None)


def install() -> bool:
    """By apt, as root only."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update", "-q"), ("install", *QUICK, *PACKAGES)):
        done = subprocess.run([apt, *words], env=quiet, capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            sys.stdout.write(done.stdout[-2000:] + done.stderr[-2000:])
            return False
    return True
