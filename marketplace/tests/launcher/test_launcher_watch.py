"""What the launcher does while it runs: watch, reload, and stop what it started, the servers last."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from marketplace.launcher import data, start, web
from marketplace.launcher.place import Place, Wishes
from marketplace.launcher.refusals import StepFailed, WebEnded
from marketplace.launcher.stopping import Stopped, Stopping


class FakeServer:
    name = "Valkey"

    def __init__(self, *, running: bool) -> None:
        self.running = running
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        self.running = True


class FakeWeb:
    def __init__(self, place: Place, stopping: Stopping, *, code: int | None = None, looks: int = 1) -> None:
        self.place = place
        self._stopping = stopping
        self._code = code
        self._looks = looks
        self.done: list[str] = []

    @property
    def code(self) -> int | None:
        self._looks -= 1
        if self._looks <= 0 and self._code is None:
            self._stopping.asked = 1
        return self._code

    def stop(self) -> None:
        self.done.append("stop")

    def start(self) -> None:
        self.done.append("start")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(checkout=tmp_path, data=tmp_path / ".data")
    found.run.mkdir(parents=True)
    return found


def test_a_web_process_that_dies_stops_everything_with_its_code(place):
    with pytest.raises(WebEnded, match="exited with code 3") as refused:
        web.watch(FakeWeb(place, Stopping(), code=3), [], Stopping(), reload=False)

    assert refused.value.code == 3


def test_a_web_process_ended_by_a_signal_has_the_shells_code():
    assert WebEnded(code=-9).code == 137


def test_a_web_process_that_ends_without_being_asked_is_never_a_success():
    assert WebEnded(code=0).code == 1


def test_a_server_that_dies_is_started_again(place):
    stopping, valkey = Stopping(), FakeServer(running=False)

    web.watch(FakeWeb(place, stopping), [valkey], stopping, reload=False)

    assert valkey.starts == 1


def test_a_running_server_is_left_alone(place):
    stopping, valkey = Stopping(), FakeServer(running=True)

    assert web.watch(FakeWeb(place, stopping), [valkey], stopping, reload=False) == 0
    assert valkey.starts == 0


@pytest.mark.parametrize("name", ["views.py", "templates.html", "ledger.sql"])
def test_a_changed_source_is_noticed_once(tmp_path, name):
    (tmp_path / "wallet").mkdir()
    sources = web.Sources(tmp_path)
    assert not sources.changed()

    (tmp_path / "wallet" / name).write_text("changed")

    assert sources.changed()
    assert not sources.changed()


def test_a_change_restarts_the_web_process(place):
    (place.checkout / "wallet").mkdir()
    sources, fake = web.Sources(place.checkout), FakeWeb(place, Stopping())
    (place.checkout / "wallet" / "views.py").write_text("changed")

    web.reload_if_changed(fake, sources)

    assert fake.done == ["stop", "start"]


def test_ctrl_c_is_a_flag_and_a_second_one_changes_nothing():
    with Stopping() as stopping:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

        with pytest.raises(Stopped):
            stopping.check()


def test_a_step_under_way_is_ended_when_asked_to_stop():
    stopping = Stopping()
    stopping.asked = 1
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    with pytest.raises(Stopped):
        stopping.wait_for(process)

    assert process.poll() is not None


def test_a_step_that_fails_is_named(place):
    python = Place(checkout=place.checkout, data=place.data)
    python.python.parent.mkdir(parents=True)
    python.python.symlink_to(sys.executable)
    python.manage.write_text("raise SystemExit(1)")

    with pytest.raises(StepFailed, match=r'"manage.py migrate" failed .*: check DATABASE_URL'):
        data.manage(python, os.environ, Stopping(), "migrate", hint=": check DATABASE_URL")


def test_static_files_are_collected_again_only_after_a_change(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    before = data.static_fingerprint(tmp_path)
    assert data.static_fingerprint(tmp_path) == before

    (tmp_path / "static" / "site.css").write_text("body {}")

    assert data.static_fingerprint(tmp_path) != before


def test_the_secret_key_is_made_once_and_for_the_owner_only(place, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    wishes = Wishes.read("run", {})

    first = start.base_environment(place, wishes)["SECRET_KEY"]

    assert start.base_environment(place, wishes)["SECRET_KEY"] == first
    assert len(first) >= 40
    assert (place.data / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("word", "debug"), [("run", "0"), ("dev", "1")])
def test_debug_pages_are_for_make_dev_alone(place, word, debug, monkeypatch):
    monkeypatch.delenv("DEBUG", raising=False)

    assert start.base_environment(place, Wishes.read(word, {}))["DEBUG"] == debug


def test_the_environment_for_the_shell_survives_quotes_and_is_private(place):
    environment = start.base_environment(place, Wishes.read("run", {}))
    environment |= {
        "DATABASE_URL": "postgresql://a'b",
        "OWNER_DATABASE_URL": "x",
        "REDIS_URL": "redis://x",
        "SECRET_KEY": "$(no)",
    }

    note = start.write_environment(place, environment)

    shown = subprocess.run(
        ["/bin/sh", "-c", f'. "{note}"; echo "$DATABASE_URL $SECRET_KEY"'], capture_output=True, text=True
    )
    assert shown.stdout == "postgresql://a'b $(no)\n"
    assert note.stat().st_mode & 0o077 == 0


def test_the_site_is_served_as_the_role_that_cannot_change_the_books():
    environment = {
        "DATABASE_URL": "postgresql://quarter:owner@127.0.0.1:5433/quarter",
        "APP_ROLE_PASSWORD": "pw",
    }

    serving = start.as_restricted_role(environment)

    assert serving == {"DATABASE_URL": "postgresql://quarter_app:pw@127.0.0.1:5433/quarter"}


def test_a_database_of_ones_own_is_served_as_its_address_says():
    environment = {"DATABASE_URL": "postgresql://me@db/quarter"}

    assert start.as_restricted_role(environment) == environment


def test_the_web_process_ends_when_its_launcher_is_gone(place):
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to(sys.executable)
    place.manage.write_text("import sys; sys.stdin.read(); raise SystemExit(5)")
    started = web.Web(place, dict(os.environ))
    started.start()
    assert started.process
    assert started.process.stdin

    started.process.stdin.close()

    assert started.process.wait(timeout=10) == 5


def test_things_are_stopped_in_the_opposite_order(place):
    order: list[str] = []

    class Recorded(FakeServer):
        def __init__(self, name: str) -> None:
            super().__init__(running=False)
            self.name = name

        def stop(self) -> None:
            order.append(self.name)

    with ExitStack() as stack:
        start.run_server(Recorded("PostgreSQL"), stack, Stopping())
        start.run_server(Recorded("Valkey"), stack, Stopping())
        stack.callback(order.append, "web")

    assert order == ["web", "Valkey", "PostgreSQL"]


def test_the_start_message_says_what_a_newcomer_needs(place, capsys):
    start.welcome(place, Wishes.read("run", {"PORT": "8123"}))

    said = capsys.readouterr().out
    for wanted in (
        "http://127.0.0.1:8123/",
        "client@example.com",
        "consultant@example.com",
        "staff@example.com",
        "quarter-demo",
        "private window",
    ):
        assert wanted in said


def test_without_demo_data_no_sign_in_is_named(place, capsys):
    start.welcome(place, Wishes.read("run", {"DEMO": "0"}))

    assert "example.com" not in capsys.readouterr().out
