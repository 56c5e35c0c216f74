"""Buying test credits: the service, and the page."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.core import rules
from wallet import errors, queries
from wallet.checks import violations
from wallet.models import TopUp
from wallet.payments import top_ups
from wallet.queries import Balance

pytestmark = pytest.mark.django_db


def buy(amount: int = 2500, form_key: uuid.UUID | None = None, user_id: int = 1) -> TopUp:
    return top_ups.top_up(user_id=user_id, amount=amount, form_key=form_key or uuid.uuid4())


def age(minutes: int) -> None:
    """All top-ups so far happened earlier."""
    for bought in TopUp.objects.all():
        TopUp.objects.filter(pk=bought.pk).update(created_at=bought.created_at - timedelta(minutes=minutes))


def test_top_up_is_a_purchase_and_a_line_in_the_wallet():
    bought = buy()

    assert (bought.user_key, bought.amount, bought.state, bought.currency) == ("user:1", 2500, "paid", "XTS")
    assert queries.balance(1) == Balance(available=2500, held=0)
    assert queries.statement(1).lines[0].reference == f"topup:{bought.uuid}"
    assert violations() == []


def test_same_form_twice_adds_once():
    form_key = uuid.uuid4()

    assert buy(form_key=form_key) == buy(form_key=form_key)
    assert queries.balance(1).available == 2500


def test_same_form_with_another_amount_is_refused():
    form_key = uuid.uuid4()
    buy(form_key=form_key)

    with pytest.raises(errors.IdempotencyMismatch):
        buy(2600, form_key=form_key)


def test_form_key_of_somebody_else_is_free():
    form_key = uuid.uuid4()
    buy(form_key=form_key)
    buy(form_key=form_key, user_id=3)

    assert queries.balance(3).available == 2500


@pytest.mark.parametrize("amount", [rules.TOP_UP_MIN - 1, rules.TOP_UP_MAX + 1, 1])
def test_amount_outside_the_limits_is_refused(amount):
    with pytest.raises(errors.TopUpOutOfRange, match=r"between 5\.00 and 500\.00 credits"):
        buy(amount)


@pytest.mark.parametrize("amount", [0, -500, True, 500.0, "500", None, 2**63])
def test_amount_that_is_none_is_refused(amount):
    with pytest.raises(errors.InvalidAmount):
        buy(amount)


def test_sixth_top_up_within_an_hour_waits():
    for _ in range(5):
        buy()
    age(20)

    with pytest.raises(errors.TooManyTopUps) as refusal:
        buy()

    assert 2395 <= refusal.value.fields["seconds"] <= 2400
    assert TopUp.objects.count() == 5


def test_replay_of_a_form_is_no_sixth_top_up():
    form_key = uuid.uuid4()
    buy(form_key=form_key)
    for _ in range(4):
        buy()

    assert buy(form_key=form_key).amount == 2500


def test_hour_later_one_may_top_up_again():
    for _ in range(5):
        buy()
    age(61)

    buy()

    assert queries.balance(1).available == 15_000


# --- the page


def send(web, **fields):
    return web.post(reverse("top_up"), {"choice": "2500", "own": "", "form_key": str(uuid.uuid4()), **fields})


@pytest.fixture
def web(clara, signed_in):
    return signed_in(clara)


@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_visitor_is_asked_to_sign_in(client, method):
    answer = getattr(client, method)(reverse("top_up"))

    assert answer.status_code == 302
    assert reverse("account_login") in answer.url


def test_unverified_person_is_asked_for_the_code_first(clara, web):
    clara.emailaddress_set.update(verified=False)

    assert reverse("verify_email") in web.get(reverse("top_up")).url
    assert reverse("verify_email") in send(web).url
    assert TopUp.objects.count() == 0


def test_preset_is_added(clara, web):
    answer = send(web, choice="5000")

    assert answer.url == reverse("wallet")
    assert queries.balance(clara.pk).available == 5000


@pytest.mark.parametrize(("own", "amount"), [("12", 1200), ("12.50", 1250), ("12,5", 1250)])
def test_own_amount_is_typed_in_credits(clara, web, own, amount):
    send(web, choice="own", own=own)

    assert queries.balance(clara.pk).available == amount


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"choice": "own", "own": ""}, "Enter an amount such as 12 or 12.50."),
        ({"choice": "own", "own": "ten"}, "Enter an amount such as 12 or 12.50."),
        ({"choice": "own", "own": "1.234"}, "Enter an amount such as 12 or 12.50."),
        ({"choice": "own", "own": "-20"}, "Enter an amount such as 12 or 12.50."),
        ({"choice": "own", "own": "9" * 40}, "Enter an amount such as 12 or 12.50."),
        ({"choice": "own", "own": "4.99"}, "Enter an amount between 5.00 and 500.00 credits."),
        ({"choice": "own", "own": "500.01"}, "Enter an amount between 5.00 and 500.00 credits."),
        ({"choice": "9999"}, "Choose one of the amounts."),
        ({"choice": ""}, "Choose how many credits to add."),
        ({"form_key": ""}, "Part of this form is missing. Open the page again."),
        ({"form_key": "nonsense"}, "Part of this form is missing. Open the page again."),
    ],
)
def test_form_tells_what_is_wrong_and_adds_nothing(web, fields, told):
    answer = send(web, **fields)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert TopUp.objects.count() == 0


def test_preset_counts_and_not_what_was_typed_before(clara, web):
    send(web, choice="2500", own="ten")

    assert queries.balance(clara.pk).available == 2500


def test_double_click_adds_once(clara, web):
    form_key = str(uuid.uuid4())

    answers = [send(web, form_key=form_key), send(web, form_key=form_key)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert queries.balance(clara.pk).available == 2500


def test_sixth_top_up_redraws_the_form_and_says_when(clara, web):
    for _ in range(5):
        buy(user_id=clara.pk)

    answer = send(web)

    assert answer.status_code == 429
    assert "You can top up 5 times an hour. Try again in 60 minutes." in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_next_stays_on_this_site(web, target):
    assert send(web, next=target).url == reverse("wallet")


def test_one_goes_on_where_one_stopped(web):
    assert send(web, next="/consultants/conrad/").url == "/consultants/conrad/"


def test_page_proposes_an_amount_that_is_enough(web):
    enough = web.get(reverse("top_up"), {"missing": "1300"}).context["form"]
    more = web.get(reverse("top_up"), {"missing": "7001"}).context["form"]

    assert enough["choice"].value() == "2500"
    assert (more["choice"].value(), more["own"].value()) == ("own", "70.01")


@pytest.mark.parametrize("missing", ["-1", "1.5", "many", "9" * 30, "٣"])
def test_nonsense_in_the_address_is_ignored(web, missing):
    assert web.get(reverse("top_up"), {"missing": missing}).context["form"]["choice"].value() == "2500"


def test_page_says_that_no_money_moves(web):
    assert "Test credits: no real money moves." in web.get(reverse("top_up")).content.decode()


def test_form_inside_a_sheet_comes_back_as_a_piece(web):
    answer = web.post(reverse("top_up"), {"choice": "own", "own": "x"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200  # htmx shows nothing of an answer with an error's status
    assert answer.content.decode().lstrip().startswith("<form")
    assert "Enter an amount such as 12 or 12.50." in answer.content.decode()


def test_top_up_inside_a_sheet_goes_on_to_the_page_before(web):
    answer = web.post(
        reverse("top_up"),
        {"choice": "2500", "form_key": str(uuid.uuid4()), "next": "/consultants/conrad/"},
        headers={"HX-Request": "true"},
    )

    assert answer["HX-Redirect"] == "/consultants/conrad/"
