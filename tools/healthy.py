"""Is the site ready? Asked by the containers' health checks; the exit code is the answer."""

import sys
import urllib.error
import urllib.request


def healthy(address: str) -> bool:
    # The host name and the protocol that the settings let in, whatever way the question goes.
    headers = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https"}
    try:
        question = urllib.request.Request(address, headers=headers)  # noqa: S310
        with urllib.request.urlopen(question, timeout=4) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(sys.argv[1]) else 1)
