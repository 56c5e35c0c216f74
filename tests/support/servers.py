"""More web processes over a site's database and Valkey, and what a plain client asks them."""

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

from marketplace.embedded.processes import free_port, wait_until
from tests.support.site import CHECKOUT, MANAGE, Site

START_SECONDS = 60.0
SERVE = (MANAGE, "serve", "--no-clock", "--port")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
WATCHED = re.compile(r'data-topics="([^"]*)" data-sig="([^"]*)"')


class Server:
    """Another `manage.py serve`, without the clock; it can be killed, stopped and started again."""

    def __init__(self, site: Site, command: Sequence[str] = SERVE, *, wait: bool = True) -> None:
        self.port = free_port()
        self._command = [sys.executable, *command, str(self.port)]
        self._environment = site.environment | {"PORT": str(self.port)}
        self.start(wait=wait)

    def start(self, *, wait: bool = True) -> None:
        self.process = subprocess.Popen(
            self._command,
            cwd=CHECKOUT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if wait:
            self.wait()

    def wait(self) -> None:
        assert wait_until(self.answers, START_SECONDS), "the server did not start"

    def answers(self) -> bool:
        try:
            return page(self.port, "/health/live")[0] == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """In order, by SIGTERM."""
        self.process.terminate()
        self.process.wait(30)


def page(port: int, path: str, cookie: str = "") -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def press(port: int, form: str, action: str, cookie: str, **fields: str) -> int:
    """Send the form of a page, as its button does; the status of the answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", form, headers={"Cookie": cookie})
        answer = line.getresponse()
        token = TOKEN.search(answer.read().decode())
        assert token, f"{form} has no form"
        crumbs = [crumb.partition(";")[0] for crumb in answer.msg.get_all("Set-Cookie") or []]
        headers = {
            "Cookie": "; ".join([cookie, *(each for each in crumbs if "csrf" in each)]),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        line.request("POST", action, urlencode({"csrfmiddlewaretoken": token[1], **fields}), headers)
        return line.getresponse().status


def cookie_at(port: int, person: dict[str, Any]) -> str:
    """Cookie names carry the port; the sessions are in the database that all share."""
    return f"quarter_session_{port}={person['cookie']['value']}"


def watch_frame(port: int, path: str, cookie: str = "") -> str:
    """What a browser that shows this page sends first."""
    body = WATCHED.search(page(port, path, cookie)[1])
    assert body, f"{path} watches nothing"
    return json.dumps({"t": "watch", "topics": body[1].split(), "sig": body[2]})


def socket(port: int, path: str = "/ws/live/", cookie: str = "") -> ClientConnection:
    """A bare socket of this process."""
    return connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=f"http://127.0.0.1:{port}",
        additional_headers={"Cookie": cookie} if cookie else {},
        compression=None,
        legacy=True,
    )


def watcher(port: int, path: str, cookie: str = "") -> ClientConnection:
    """A page of this process, opened and watching what it shows."""
    hello = watch_frame(port, path, cookie)
    line = socket(port, cookie=cookie)
    line.send(hello)
    return line
