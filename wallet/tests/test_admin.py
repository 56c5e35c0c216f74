import pytest
from django.contrib import admin
from django.urls import reverse

from wallet import ledger, references
from wallet.models import Account, FoldSnapshot, Journal, TopUp, owner_key
from wallet.references import Reference
from wallet.tests.support import CALL, CLARA, book, give

pytestmark = pytest.mark.django_db
SHOWN = [Account, FoldSnapshot, Journal, TopUp]


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


@pytest.mark.parametrize("model", ["account", "journal"])
def test_posting_a_change_form_changes_nothing(desk, model):
    row = {"account": Account, "journal": Journal}[model].objects.first()
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
        ("account", "1", 1),
        ("journal", "1", 2),
        ("journal", CALL.removeprefix("consultation:"), 1),
        ("journal", "ada@example.com", 0),
        ("journal", "nobody@example.com", 0),
        ("topup", CLARA, 0),
    ],
)
def test_staff_find_money_by_owner_key_or_reference(desk, model, query, found):
    answer = desk.get(reverse(f"admin:wallet_{model}_changelist"), {"q": query})

    assert answer.context["cl"].result_count == found


def test_staff_find_the_money_of_a_person_by_their_address(desk, clara):
    give(owner_key(clara.pk), 700, key="topup:clara")

    answer = desk.get(reverse("admin:wallet_journal_changelist"), {"q": " Clara@Example.com "})

    assert [journal.idem_key for journal in answer.context["cl"].result_list] == [
        f"topup:clara:{owner_key(clara.pk)}"
    ]


def test_journal_shows_its_postings_and_what_it_belongs_to(desk, monkeypatch):
    monkeypatch.setattr(references, "_resolvers", dict(references._resolvers))
    references.register(
        "consultation", lambda keys: {k: Reference("Call", "/consultations/1/") for k in keys}
    )
    journal = Journal.objects.get(op="hold")

    told = desk.get(reverse("admin:wallet_journal_change", args=[journal.pk])).content.decode()

    assert "client_available user:1</a> → " in told
    assert f"escrow {CALL}</a>: 20.00" in told
    assert '<a href="/consultations/1/">Call</a>' in told


def test_list_of_journals_takes_few_queries_however_many(desk, django_assert_max_num_queries):
    for number in range(30):
        give(CLARA, 500, key=f"topup:{number}")

    with django_assert_max_num_queries(14):
        desk.get(reverse("admin:wallet_journal_changelist"))
