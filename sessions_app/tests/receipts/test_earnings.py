"""The consultant's arithmetic."""

from datetime import UTC, datetime

from django.urls import reverse

from marketplace.core.time import travel
from sessions_app.calls import attendance
from sessions_app.tests.stage import live, talk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hold_a_call(clara, conrad, fund, *, seconds: int) -> None:
    fund(clara, 5000)
    call = live(clara, conrad, at=NOON)
    with travel(talk(call, since=NOON, seconds=seconds)):
        attendance.end(consultation_id=call.pk, user=clara)


def test_each_consultation_shows_its_arithmetic_and_the_totals_agree(clara, conrad, fund, signed_in) -> None:
    hold_a_call(clara, conrad, fund, seconds=300)
    html = signed_in(conrad).get(reverse("earnings")).content.decode()
    for fact in ("A question", "20.00", "5:00", "6.66", "−1.33", "<dd>5.33</dd>", "<b>5.33</b>"):
        assert fact in html, fact


def test_client_earns_nothing_from_asking(clara, conrad, fund, signed_in) -> None:
    hold_a_call(clara, conrad, fund, seconds=300)
    html = signed_in(clara).get(reverse("earnings")).content.decode()
    assert "No earnings yet" in html and "A question" not in html


def test_visitor_is_sent_to_sign_in(client, db) -> None:
    assert client.get(reverse("earnings")).status_code == 302


def test_number_of_queries_does_not_grow_with_the_lines(
    clara, conrad, fund, signed_in, django_assert_max_num_queries
) -> None:
    for _ in range(3):
        hold_a_call(clara, conrad, fund, seconds=200)
    browser = signed_in(conrad)
    with django_assert_max_num_queries(12):
        browser.get(reverse("earnings"))
