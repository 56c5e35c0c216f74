"""Health and the pages for errors."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import redis
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from marketplace.core.time import now, travel
from marketplace.embedded.processes import runs, wait_until
from marketplace.web import health, views
from sessions_app.models import ClockTick
from sessions_app.room import turn_check
from sessions_app.room.turn_check import RelayState


def tick(seconds_ago: int) -> None:
    ClockTick.objects.update_or_create(id=1, defaults={"ticked_at": now() - timedelta(seconds=seconds_ago)})


def test_live_asks_nobody(client: Client) -> None:
    assert client.get("/health/live").json() == {"live": True}


@pytest.mark.django_db(transaction=True)
class TestReady:
    """The looks have connections of their own, so they see only what is committed."""

    def test_when_everything_answers(self, client: Client) -> None:
        tick(1)
        answer = client.get("/health/ready")
        assert answer.status_code == 200
        assert set(answer.json()["checks"]) == {"database", "valkey", "migrations", "clock"}
        assert all(check["ok"] and check["ms"] >= 0 for check in answer.json()["checks"].values())

    def test_staff_also_read_what_the_relays_said(self, client: Client, signed_in, ada, monkeypatch) -> None:
        tick(1)
        said = [RelayState("turn:relay.example.org", True, "answers")]
        monkeypatch.setattr(turn_check.watch, "look", lambda: said)
        assert "turn" not in client.get("/health/ready").json()
        answer = signed_in(ada).get("/health/ready")
        assert answer.status_code == 200
        assert answer.json()["turn"] == [{"url": "turn:relay.example.org", "ok": True, "words": "answers"}]

    @pytest.mark.parametrize(
        ("what", "silent"),
        [("database", {"database", "migrations", "clock"}), ("valkey", {"valkey"})],
        ids=["database", "valkey"],
    )
    def test_a_frozen_server_is_told_however_often_it_is_asked(
        self, signed_in, ada, monkeypatch, valkey: redis.Redis, what: str, silent: set[str]
    ) -> None:
        browser = signed_in(ada)  # somebody whom it would have to look up
        pids = database_processes() if what == "database" else [valkey.info("server")["process_id"]]
        assert health.ANSWER_SECONDS < 3
        monkeypatch.setattr(health, "ANSWER_SECONDS", 0.2)
        with frozen(pids):
            answers = [browser.get("/health/ready") for _ in range(5)]
            alive = browser.get("/health/live")
            looking = [thread.name for thread in threading.enumerate() if thread.name.startswith("health-")]

        assert alive.status_code == 200
        assert {answer.status_code for answer in answers} == {503}
        for answer in answers:
            problems = {name: check.get("problem") for name, check in answer.json()["checks"].items()}
            assert {problems[name] for name in silent} == {"no answer within 0.2 s"}
        assert len(looking) <= 2
        assert wait_until(lambda: not health.Look._running, 20), "a look goes on"


def database_processes() -> list[int]:
    """The server's own process and all that serve the tests, but for the one that tells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() OR backend_type = 'checkpointer'"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    connection.close()
    parents = subprocess.run(["ps", "-o", "ppid=", "-p", str(pids[0])], capture_output=True, text=True)
    pids.append(int(parents.stdout))
    assert all(runs(pid, "postgres") for pid in pids), "this needs a database on this machine"
    return pids


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ago", "words"), [(60, "the deadline loop is 60 s late"), (None, "the deadline loop has not run yet")]
)
def test_not_ready_while_the_deadline_loop_does_not_run(ago: int | None, words: str) -> None:
    ClockTick.objects.all().delete()
    with travel(now()):
        if ago is not None:
            tick(ago)
        assert health.clock() == words


@pytest.mark.django_db
def test_not_ready_without_valkey(client: Client, settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["valkey"]["problem"] == "ConnectionError"


def test_not_ready_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise DatabaseError

    for name in ("database", "migrations", "clock"):
        monkeypatch.setattr(health, name, away)
    well, results = health.ready()
    assert not well
    assert results["database"]["problem"] == "DatabaseError"


def test_the_error_page_needs_no_database(rf: RequestFactory) -> None:
    answer = views.server_error(rf.get("/"))  # no db fixture: a query would fail
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content


def test_a_missing_page_is_ours(client: Client, db: None) -> None:
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_form_that_is_out_of_date_says_what_to_do(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/settings/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [("bad_request", 400), ("forbidden", 403), ("not_found", 404)])
def test_each_error_has_a_page_with_a_way_out(client: Client, db: None, view: str, status: int) -> None:
    request = client.get("/").wsgi_request
    answer = getattr(views, view)(request, Exception())
    assert answer.status_code == status
    assert b"Back to the start" in answer.content
