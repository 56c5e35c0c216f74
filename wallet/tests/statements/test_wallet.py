"""The wallet's page."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.urls import reverse

from accounts.models import User
from wallet import ledger, references
from wallet.models import owner_key
from wallet.references import Reference
from wallet.tests.support import CALL, CONRAD, OTHER_CALL, book, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(clara, signed_in):
    return signed_in(clara)


@pytest.fixture
def story(clara):
    """Clara bought 50.00, and a call of nine minutes is paid."""
    owner = owner_key(clara.pk)
    give(owner, 5000)
    book(ledger.hold, client=owner, consultation=CALL, amount=2000)
    book(ledger.capture, client=owner, consultant=CONRAD, consultation=CALL, used=1200, fee=240)
    return owner


def page(web, **query):
    answer = web.get(reverse("wallet"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_signed_out_visitor_is_asked_to_sign_in(client):
    assert reverse("account_login") in client.get(reverse("wallet")).url


def test_wallet_is_only_read(web):
    assert web.post(reverse("wallet")).status_code == 405


def test_empty_wallet_explains_credits(web):
    told = page(web)

    assert "No credits yet" in told
    assert "you pay for the seconds you were connected" in told


def test_wallet_shows_available_and_held_apart(web, story):
    book(ledger.hold, client=story, consultation=OTHER_CALL, amount=1500)

    told = page(web)

    assert "<span>Available</span><b>23.00</b>" in told
    assert "<span>Held</span><b>15.00</b>" in told


def test_each_line_says_what_it_was_for_and_the_balance_after(web, story, monkeypatch):
    monkeypatch.setattr(references, "_resolvers", dict(references._resolvers))
    references.register(
        "consultation",
        lambda keys: {k: Reference("Call about Django", "/consultations/1/", "Conrad") for k in keys},
    )

    told = page(web)

    assert (
        '<a class="text-link" href="/consultations/1/"><bdi>Call about Django</bdi></a>'
        " <span>with <bdi>Conrad</bdi></span>"
    ) in told
    assert "Paid 12.00 of the credits set aside, the rest returned" in told
    assert "+8.00" in told
    assert "after: 38.00" in told
    assert "−20.00" in told


def test_name_of_a_call_is_text_and_never_markup(web, story, monkeypatch):
    monkeypatch.setattr(references, "_resolvers", dict(references._resolvers))
    references.register("consultation", lambda keys: {k: Reference("<script>x</script>") for k in keys})

    assert "<script>x" not in page(web)


def test_lines_of_others_stay_theirs(signed_in, stella, story):
    assert "No credits yet" in page(signed_in(stella))


def test_wallet_is_paged_by_24(web, story):
    for number in range(24):
        give(story, 500, key=f"topup:{number}")

    assert "Page 1 of 2" in page(web)
    assert page(web, page=2).count('class="ledger-amount') == 3
    assert web.get(reverse("wallet"), {"page": 3}).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 40, ""])
def test_nonsense_page_is_the_first(web, story, number):
    assert "Credits added" in page(web, page=number)


def test_page_takes_few_queries_however_many_lines(web, story, django_assert_max_num_queries):
    for number in range(40):
        give(story, 500, key=f"topup:{number}")
    page(web)

    with django_assert_max_num_queries(12):
        page(web)


def test_form_can_be_put_into_the_page_of_another_app(rf):
    template = Template("{% load wallet %}{% top_up_form '/consultants/conrad/' 1300 %}")

    drawn = template.render(Context({"request": rf.get("/"), "csrf_token": "token"}))

    assert 'name="next" value="/consultants/conrad/"' in drawn
    assert 'name="csrfmiddlewaretoken"' in drawn
    assert "Top up</button>" in drawn


# --- filters, exports


@pytest.fixture
def year(clara):
    """Bought in January, two calls in March; the last minutes of March are April in Kiritimati."""
    owner = owner_key(clara.pk)
    give(owner, 10_000, now=datetime(2026, 1, 10, 12, tzinfo=UTC))
    call(owner, CALL, datetime(2026, 3, 5, 12, tzinfo=UTC))
    call(owner, OTHER_CALL, datetime(2026, 3, 31, 23, 50, tzinfo=UTC))
    return owner


def call(owner, consultation, moment):
    values = {"client": owner, "consultation": consultation, "now": moment}
    book(ledger.hold, **values, amount=2000)
    book(ledger.capture, **values, consultant=CONRAD, used=1200, fee=240)


def lines(told):
    return told.count('class="ledger-amount')


def test_wallet_is_filtered_by_month(web, year):
    told = page(web, month="2026-03")

    assert lines(told) == 4
    assert '<option value="2026-03" selected>March 2026</option>' in told
    assert lines(page(web, month="2026-01")) == 1


def test_months_are_those_of_the_readers_time_zone(web, year, clara):
    User.objects.filter(pk=clara.pk).update(time_zone="Pacific/Kiritimati")

    assert lines(page(web, month="2026-04")) == 2


def test_wallet_is_filtered_by_kind(web, year):
    assert lines(page(web, kind="bought")) == 1
    assert lines(page(web, kind="calls", month="2026-03")) == 4
    assert "No activity matches these filters" in page(web, kind="back")


def test_filtered_lines_keep_their_balances(web, year):
    assert "after: 88.00" in page(web, kind="calls")


def test_pages_of_a_filtered_wallet_keep_the_filter(web, year):
    for number in range(30):
        give(year, 500, key=f"topup:{number}")

    assert 'href="?kind=bought&amp;page=2"' in page(web, kind="bought")


@pytest.mark.parametrize("month", ["2026-13", "26-03", "2026-3", "x", "0000-01", "٢٠٢٦-03", "2026-03-01"])
def test_nonsense_month_is_every_month(web, year, month):
    assert lines(page(web, month=month, kind="nonsense")) == 5


def table(web, **query):
    answer = web.get(reverse("statement_csv"), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_csv_has_every_line_oldest_first(web, year):
    rows = table(web)

    assert [row["operation"] for row in rows] == ["Top-up", "Held", "Paid", "Held", "Paid"]
    assert [(row["debit"], row["credit"]) for row in rows[:3]] == [
        ("", "100.00"),
        ("20.00", ""),
        ("", "8.00"),
    ]
    assert rows[-1]["available after"] == "76.00"
    assert {row["currency"] for row in rows} == {"XTS TEST"}


def test_csv_keeps_the_filter(web, year):
    assert len(table(web, month="2026-03", kind="calls")) == 4


def test_csv_runs_no_formula_of_somebody_else(web, year, monkeypatch):
    monkeypatch.setattr(references, "_resolvers", dict(references._resolvers))
    references.register("consultation", lambda keys: {k: Reference("=1+1", who="@x") for k in keys})

    assert (table(web)[1]["what"], table(web)[1]["with"]) == ("'=1+1", "'@x")


def test_month_on_paper_adds_up(web, year):
    answer = web.get(reverse("statement"), {"month": "2026-03"})

    told = {name: answer.context[name] for name in ("opening", "came", "went", "paid", "closing")}
    assert told == {"opening": 10_000, "came": 1600, "went": 4000, "paid": 2400, "closing": 7600}
    assert told["opening"] + told["came"] - told["went"] == told["closing"]


def test_quiet_month_keeps_its_balance(web, year):
    answer = web.get(reverse("statement"), {"month": "2026-02"})

    assert (answer.context["opening"], answer.context["closing"]) == (10_000, 10_000)
    assert "No activity in this month" in answer.content.decode()


def test_statement_needs_a_month(web, year):
    assert web.get(reverse("statement")).status_code == 404


def test_others_export_nothing_of_mine(signed_in, stella, year):
    assert table(signed_in(stella)) == []
