"""`make compose-env`: write .env with fresh secrets for docker compose, once."""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "APP_ROLE_PASSWORD", "VALKEY_PASSWORD", "TURN_SECRET")
REST = """
# To try it on this machine, http://localhost:8000. Behind a proxy with TLS: your host name, 1, 1.
ALLOWED_HOSTS=localhost
SECURE_COOKIES=0
BEHIND_PROXY=0
# docs/operations.md names every other variable.
"""


def main(target: Path) -> int:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{target} exists and was left alone: delete it first if you want fresh secrets.\n")
        return 1
    with os.fdopen(handle, "w") as out:
        out.writelines(f"{name}={secrets.token_hex(32)}\n" for name in SECRETS)
        out.write(REST)
    sys.stdout.write(f"Made {target}. Next: docker compose up --build -d\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(ROOT / ".env"))
