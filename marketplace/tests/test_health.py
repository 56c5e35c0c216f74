"""Health and the pages for errors."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from marketplace import health, views
from marketplace.time import now, travel
from sessions_app import relay
from sessions_app.models import ClockTick
from sessions_app.relay import RelayState


def tick(seconds_ago: int) -> None:
    ClockTick.objects.update_or_create(id=1, defaults={"ticked_at": now() - timedelta(seconds=seconds_ago)})


def test_live_asks_nobody(client: Client) -> None:
    assert client.get("/health/live").json() == {"live": True}


def test_ready_when_everything_answers(client: Client, db: None) -> None:
    tick(1)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json()["checks"]) == {"database", "valkey", "migrations", "clock"}
    assert all(check["ok"] and check["ms"] >= 0 for check in answer.json()["checks"].values())


def test_staff_also_read_what_the_relays_said(client: Client, signed_in, ada, settings, monkeypatch) -> None:
    tick(1)
    said = [RelayState("turn:relay.example.org", True, "answers")]
    monkeypatch.setattr(relay.watch, "look", lambda: said)
    assert "turn" not in client.get("/health/ready").json()
    answer = signed_in(ada).get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["turn"] == [{"url": "turn:relay.example.org", "ok": True, "words": "answers"}]


def test_not_ready_while_the_deadline_loop_is_late(client: Client, db: None) -> None:
    at = now()
    with travel(at):
        tick(60)
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["clock"]["problem"] == "the deadline loop is 60 s late"


def test_not_ready_before_the_deadline_loop_ran(client: Client, db: None) -> None:
    ClockTick.objects.all().delete()
    assert not client.get("/health/ready").json()["checks"]["clock"]["ok"]


def test_not_ready_without_valkey(client: Client, db: None, settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["valkey"]["problem"] == "ConnectionError"


def test_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise health.DatabaseError

    checks = dict.fromkeys(("database", "migrations", "clock"), away)
    for name, check in checks.items():
        monkeypatch.setattr(health, name, check)
    well, results = health.ready()
    assert not well
    assert results["database"]["problem"] == "Error"


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
    assert "out of date" in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [("bad_request", 400), ("forbidden", 403), ("not_found", 404)])
def test_each_error_has_a_page_with_a_way_out(client: Client, db: None, view: str, status: int) -> None:
    request = client.get("/").wsgi_request
    answer = getattr(views, view)(request, Exception())
    assert answer.status_code == status
    assert b"Back to the start" in answer.content


def test_too_many_tries_have_a_page(client: Client, db: None) -> None:
    for _ in range(21):
        answer = client.post("/accounts/signup/", {"email": "x"})
    assert answer.status_code == 429
    assert "take a break" in answer.content.decode()
