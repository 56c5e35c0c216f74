import pytest
from django.contrib import admin
from django.urls import reverse

from wallet import ledger
from wallet.models import Account, Journal, Posting, TopUp
from wallet.tests.support import CALL, CLARA, book, give

pytestmark = pytest.mark.django_db
SHOWN = [Account, Journal, Posting, TopUp]


@pytest.fixture
def desk(ada, signed_in):
    return signed_in(ada)


@pytest.fixture(autouse=True)
def story():
    give(CLARA, 5000)
    book(ledger.hold, client=CLARA, consultation=CALL, amount=2000)


@pytest.mark.parametrize("model", SHOWN)
def test_staff_cannot_add_change_or_delete_money(model, rf, ada):
    request = rf.get("/")
    request.user = ada
    page = admin.site._registry[model]

    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


@pytest.mark.parametrize("model", ["account", "journal", "posting"])
def test_posting_a_change_form_changes_nothing(desk, model):
    row = {"account": Account, "journal": Journal, "posting": Posting}[model].objects.first()
    address = reverse(f"admin:wallet_{model}_change", args=[row.pk])

    assert desk.get(address).status_code == 200
    assert desk.post(address, {"balance": "1", "amount": "1"}).status_code == 403
    assert desk.get(reverse(f"admin:wallet_{model}_add")).status_code == 403
    assert desk.post(reverse(f"admin:wallet_{model}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        ("account", CLARA, 1),
        ("account", CALL, 1),
        ("account", "user:99", 0),
        ("journal", f"{CALL}:hold", 1),
        ("journal", CALL, 1),
        ("journal", CLARA, 2),
        ("posting", CLARA, 2),
        ("posting", f"{CALL}:hold", 1),
        ("topup", CLARA, 0),
    ],
)
def test_staff_find_money_by_owner_key_or_reference(desk, model, query, found):
    answer = desk.get(reverse(f"admin:wallet_{model}_changelist"), {"q": query})

    assert answer.context["cl"].result_count == found
