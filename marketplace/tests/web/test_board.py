"""The staff dashboard."""

import pytest
from django.urls import reverse

from marketplace.core.time import now
from sessions_app.room import turn_check
from sessions_app.room.turn_check import RelayState
from wallet.models import LedgerCheck

pytestmark = pytest.mark.django_db


def told(browser):
    answer = browser.get(reverse("board"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def checked(**values):
    return LedgerCheck.objects.create(started_at=now(), **values)


def test_board_is_for_staff(clara, signed_in):
    assert signed_in(clara).get(reverse("board")).status_code == 404


def test_board_says_that_nobody_has_asked_yet(ada, signed_in):
    assert "No check has run yet" in told(signed_in(ada))


def test_board_says_that_the_books_are_right(ada, signed_in, clara, fund):
    fund(clara, 5000)
    checked(finished_at=now(), postings=5, milliseconds=1234)

    page = told(signed_in(ada))

    assert "Correct: 5 postings checked in 1.2 s" in page
    assert "Minus the test credits given out" in page
    assert "−50.00" in page


def test_board_names_the_rows_that_are_wrong(ada, signed_in):
    wrong = {
        "rule": "I2 a stored balance is the sum of its postings",
        "count": 1,
        "rows": ["7, <b>user:1"],
    }
    checked(finished_at=now(), violations=[wrong])

    page = told(signed_in(ada))

    assert "Stop all payouts" in page
    assert "I2 a stored balance is the sum of its postings: 1" in page
    assert "7, &lt;b&gt;user:1" in page


def test_board_does_not_call_an_unfinished_check_right(ada, signed_in):
    checked()

    assert "has not finished" in told(signed_in(ada))


def test_board_says_that_there_is_no_relay(ada, signed_in):
    assert "No relay is configured" in told(signed_in(ada))


def test_board_names_each_relay_and_what_it_said(ada, signed_in, settings, monkeypatch):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:127.0.0.1:9?transport=tcp"], "north"
    said = [RelayState("turn:127.0.0.1:9?transport=tcp", False, "401: wrong secret")]
    monkeypatch.setattr(turn_check.watch, "look", lambda: said)
    page = told(signed_in(ada))
    assert "turn:127.0.0.1:9?transport=tcp" in page
    assert "401: wrong secret" in page
