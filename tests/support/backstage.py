"""What a browser test asks the database, through a process of its own.

Playwright keeps an event loop running in the test's thread, where Django's ORM refuses to work; and the
site has another database than the unit tests. One JSON line asks, one answers.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class Backstage:
    """`stage.ask("balance", user=3)`: calls the function of that name below in the other process."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.backstage"],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, name: str, /, **arguments: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([name, arguments]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the process ended"}')
        assert "error" not in answer, f"backstage {name}: {answer['error']}"
        return answer["result"]

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)


def serve() -> None:
    """Answer until the pipe closes."""
    import django

    django.setup()
    from django.core.serializers.json import DjangoJSONEncoder

    from tests.support import scenes

    for line in sys.stdin:
        name, arguments = json.loads(line)
        scene: Callable[..., Any] = getattr(scenes, name)
        try:
            answer = {"result": scene(**arguments)}
        except Exception as problem:
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        sys.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
