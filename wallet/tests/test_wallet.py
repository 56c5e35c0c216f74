"""The wallet's page."""

import pytest
from django.template import Context, Template
from django.urls import reverse

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
        '<a class="text-link" href="/consultations/1/">Call about Django</a> <span>with Conrad</span>' in told
    )
    assert "Paid 12.00 of what was set aside, the rest given back" in told
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
