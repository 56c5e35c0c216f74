"""Processes that the bench gives orders to: one JSON line asks, one answers."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from marketplace.embedded.processes import free_port
from tests.support.site import CHECKOUT


class Helper:
    """`helper.ask("toggle", user=3)`; it ends by itself when its standard input closes."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=dict(environment),
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ask(self, what: str, /, **arguments: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the helper ended while it was asked to {what}"
        return json.loads(line)["result"]

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


class Floor:
    """The bare server, on a port of its own."""

    def __init__(self, redis_url: str, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.live_floor", str(self.port), redis_url],
            env=dict(environment),
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout
        self.process.stdout.readline()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def answer_lines(find: Callable[[str], Callable[..., Any]]) -> None:
    """The other end of a Helper; a failure ends it, with its traceback on standard error."""
    for line in sys.stdin:
        order = json.loads(line)
        result = find(order.pop("do"))(**order)
        sys.stdout.write(json.dumps({"result": result}) + "\n")
        sys.stdout.flush()
