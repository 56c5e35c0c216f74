"""What somebody can do who took over the application and has its database role: little, and it is found.

Each test breaks the books, by the role or (past every guard) as the owner, and asks `manage.py ledger_check`.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import User
from marketplace.core import rules
from marketplace.core.time import now, travel
from sessions_app.calls import attendance
from sessions_app.calls.ledger_checks import BILL_ADDS_UP
from sessions_app.models import Consultation, Interval
from sessions_app.receipts.rule_words import rule_of
from sessions_app.tests import stage
from tests.support import cast
from tests.support.roles import acting_as, app_role
from wallet.models import Journal, TopUp, owner_key
from wallet.tests.support import guard_off, rows

pytestmark = pytest.mark.django_db
ADJUST = "SELECT ledger_adjust(%s, %s, %s, %s, %s, 'a gift', 'XTS', clock_timestamp())"


@pytest.fixture
def paid(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """A call of 400.9 s that clara ended: paid by the services, with words of every kind."""
    fund(clara, 10_000)
    began = now() - timedelta(hours=1)
    call = stage.live(clara, conrad, at=began)
    last = began + timedelta(seconds=400.9)
    Consultation.objects.update(
        link="https://example.com",
        snippet="x = 1",
        ring_line="One moment",
        client_seen_at=last,
        consultant_seen_at=last,
        witnessed_until=last,
    )
    with travel(last):
        return attendance.end(consultation_id=call.pk, user=clara)


@pytest.fixture
def role(db: None) -> Iterator[str]:
    with app_role() as name:
        yield name


@pytest.fixture
def staff(db: None) -> list[User]:
    """Two members of staff."""
    return [cast.person(name, is_staff=True) for name in ("ada", "boris")]


def told_by_the_command(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The names of the rules that `ledger_check` calls broken; it exits with 1 if there are any."""
    code: object = 0
    try:
        call_command("ledger_check")
    except SystemExit as left:
        code = left.code
    lines = capsys.readouterr().err.splitlines()
    named = {line.split()[0] for line in lines if line.startswith("I")}
    assert code == (1 if named else 0)
    return named


def refusal(sql: str, *values: object) -> str:
    """The guard that refuses a statement, or the SQLSTATE of a missing right; '' if it was carried out."""
    try:
        with transaction.atomic(savepoint=True):
            rows(sql, *values)
    except DatabaseError as problem:
        diagnosis: Any = getattr(problem.__cause__, "diag", None)
        return diagnosis.constraint_name or diagnosis.sqlstate
    return ""


MISSING_RIGHT, NO_SUCH_FUNCTION = "42501", "42883"


# --- an honest day


def test_whole_call_is_served_by_the_role_and_the_books_are_right(
    clara: User, conrad: User, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    began = now() - timedelta(hours=1)
    with acting_as(role):
        cast.fund(clara, 10_000)
        call = stage.live(clara, conrad, at=began)
        last = stage.talk(call, since=began, seconds=60)
        with travel(last):
            attendance.leave(consultation_id=call.pk, user=clara)
        back = {**stage.PAGES, "client": "c11e0002"}
        stage.beat(call, at=last + timedelta(seconds=9), pages=back)
        stage.beat(call, at=last + timedelta(seconds=12), pages=back)
        with travel(last + timedelta(seconds=13)):
            ended = attendance.end(consultation_id=call.pk, user=conrad)
        told = told_by_the_command(capsys)

    assert told == set()
    assert Interval.objects.filter(consultation=ended).count() == 2


# --- what the database refuses


TAMPERING = {
    "delete the history": ("DELETE FROM sessions_app_event", MISSING_RIGHT),
    "move the history": ("UPDATE sessions_app_event SET at = at - interval '1 hour'", MISSING_RIGHT),
    "change who did it": ("UPDATE sessions_app_event SET actor_id = NULL", MISSING_RIGHT),
    "delete joint time": ("DELETE FROM sessions_app_interval", MISSING_RIGHT),
    "move joint time": (
        "UPDATE sessions_app_interval SET (started_at, ended_at) = (started_at - interval '1 h', ended_at)",
        MISSING_RIGHT,
    ),
    "give joint time to another call": (
        "UPDATE sessions_app_interval SET consultation_id = gen_random_uuid()",
        MISSING_RIGHT,
    ),
    "stretch joint time": (
        "UPDATE sessions_app_interval SET ended_at = ended_at + interval '1 s'",
        "interval_closed",
    ),
    "reopen joint time": ("UPDATE sessions_app_interval SET ended_at = NULL", "interval_closed"),
    "delete a call": ("DELETE FROM sessions_app_consultation", MISSING_RIGHT),
    "empty the history": ("TRUNCATE sessions_app_event", MISSING_RIGHT),
    "switch the guard off": (
        "ALTER TABLE sessions_app_consultation DISABLE TRIGGER consultation_settled",
        MISSING_RIGHT,
    ),
}  # fmt: skip


def test_role_leaves_the_evidence_of_a_bill_alone(paid: Consultation, role: str) -> None:
    with acting_as(role):
        told = {name: refusal(attack) for name, (attack, _) in TAMPERING.items()}

    assert told == {name: guard for name, (_, guard) in TAMPERING.items()}


LOOSE = ("topic", "link", "snippet", "ring_line")
OTHER_VALUES = {
    "CharField": "xyz",
    "TextField": "another",
    "IntegerField": 77,
    "BigIntegerField": 77,
    "FloatField": 7.7,
    "UUIDField": uuid.UUID(int=7),
    "ForeignKey": 7,
    "DateTimeField": "2001-01-01T00:00:00Z",
}


def test_every_column_of_a_settled_call_is_frozen_but_its_words(paid: Consultation, role: str) -> None:
    frozen = [field for field in Consultation._meta.concrete_fields if field.name not in LOOSE]
    with acting_as(role):
        for field in frozen:
            change = f"UPDATE sessions_app_consultation SET {field.column} = %s"
            value = OTHER_VALUES[field.get_internal_type()]
            assert refusal(change, value) == "consultation_settled", field.name
            if field.null:
                kept = getattr(paid, field.attname) is None
                nothing = f"UPDATE sessions_app_consultation SET {field.column} = NULL"
                assert refusal(nothing) == ("" if kept else "consultation_settled"), field.name


def test_words_of_a_settled_call_are_emptied_and_not_rewritten(paid: Consultation, role: str) -> None:
    with acting_as(role):
        for word in LOOSE:
            rewritten = f"UPDATE sessions_app_consultation SET {word} = 'Something else'"
            assert refusal(rewritten) == "consultation_settled"
            assert refusal(f"UPDATE sessions_app_consultation SET {word} = ''") == ""
            assert refusal(rewritten) == "consultation_settled"
            assert getattr(Consultation.objects.get(), word) == ""


def test_call_that_is_over_without_a_bill_is_frozen_too(
    clara: User, conrad: User, fund: Callable[..., None], role: str
) -> None:
    fund(clara, 10_000)
    call = stage.accepted(clara, conrad, at=now())
    attendance.end(consultation_id=call.pk, user=clara)

    with acting_as(role):
        assert refusal("UPDATE sessions_app_consultation SET bill = 1") == "consultation_settled"


# --- credits from nothing


def test_role_adjusts_within_the_limit_and_the_books_are_right(
    clara: User, staff: list[User], role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ada, boris = (one.pk for one in staff)
    with acting_as(role):
        for key, amount, approver in (("a", rules.ADJUST_ALONE_MAX, None), ("b", 10**9, boris)):
            assert refusal(ADJUST, key, owner_key(clara.pk), amount, ada, approver) == ""

    assert told_by_the_command(capsys) == set()


@pytest.mark.parametrize(
    ("actor", "approver", "amount", "owner", "guard"),
    [
        ("ada", None, rules.ADJUST_ALONE_MAX + 1, "clara", "ledger_second_person"),
        ("ada", None, -rules.ADJUST_ALONE_MAX - 1, "clara", "ledger_second_person"),
        ("ada", "ada", 10**9, "clara", "wallet_journal_two_people"),
        ("ada", "nobody", 10**9, "clara", "ledger_staff"),
        ("ada", "clara", 10**9, "conrad", "ledger_staff"),
        ("ada", "blocked", 10**9, "clara", "ledger_staff"),
        ("nobody", "ada", 10**9, "clara", "ledger_staff"),
        ("nobody", None, 1, "clara", "ledger_staff"),
        ("clara", None, 1, "conrad", "ledger_staff"),
        ("ada", None, 1, "ada", "ledger_own_credits"),
        ("ada", "boris", 10**9, "ada", "ledger_own_credits"),
        ("ada", "boris", 10**9, "boris", "ledger_own_credits"),
    ],
)
def test_credits_given_by_hand_need_staff_who_exist_and_are_others(
    clara: User,
    conrad: User,
    staff: list[User],
    role: str,
    actor: str,
    approver: str | None,
    amount: int,
    owner: str,
    guard: str,
) -> None:
    cast.person("blocked", is_staff=True, is_active=False)
    known: dict[str | None, int | None] = {one.email.partition("@")[0]: one.pk for one in User.objects.all()}
    known |= {"nobody": 10**6, None: None}

    with acting_as(role):
        values = (known[owner], amount, known[actor], known[approver])
        assert refusal(ADJUST, "key", f"user:{values[0]}", *values[1:]) == guard
    assert not Journal.objects.exists()


def test_limit_is_no_argument_of_the_caller_any_more(clara: User, staff: list[User], role: str) -> None:
    with acting_as(role):
        told = refusal(
            "SELECT ledger_adjust('k', %s, 10, %s, NULL, 'a gift', 9999999999, 'XTS', clock_timestamp())",
            owner_key(clara.pk),
            staff[0].pk,
        )

    assert told == NO_SUCH_FUNCTION


def test_reversal_is_by_staff_and_never_of_their_own_credits(
    clara: User, staff: list[User], role: str
) -> None:
    ada, boris = staff
    cast.fund(clara, 500)
    cast.fund(ada, 500)
    hers, adas = Journal.objects.order_by("pk").values_list("pk", flat=True)
    back = "SELECT ledger_reverse(%s, %s, %s, 'a slip', clock_timestamp())"

    with acting_as(role):
        assert refusal(back, "1", hers, clara.pk) == "ledger_staff"
        assert refusal(back, "2", adas, ada.pk) == "ledger_own_credits"
        assert refusal(back, "3", adas, boris.pk) == ""


def test_operator_sets_the_limit_and_old_adjustments_stay_right(
    clara: User, staff: list[User], role: str, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    ada, _ = staff
    give = (ADJUST, "old", owner_key(clara.pk), rules.ADJUST_ALONE_MAX, ada.pk, None)
    assert refusal(*give) == ""

    monkeypatch.setattr(rules, "ADJUST_ALONE_MAX", 100)
    monkeypatch.delenv("APP_ROLE_PASSWORD", raising=False)
    call_command("prepare")

    with acting_as(role):
        assert refusal(ADJUST, "new", owner_key(clara.pk), 101, ada.pk, None) == "ledger_second_person"
        assert refusal(ADJUST, "new", owner_key(clara.pk), 100, ada.pk, None) == ""
    User.objects.filter(pk=ada.pk).update(is_staff=False)  # she left; what she did before stays right
    assert told_by_the_command(capsys) == set()


# --- what the role can still do is found


FROM_NOTHING = {
    "credits without a purchase": (
        "SELECT ledger_top_up('k', 'user:40', 100000000000, 'XTS', 'ref', clock_timestamp())"
    ),
    "credits for a purchase that is none": (
        "SELECT ledger_top_up('k', 'user:40', 500, 'XTS', 'topup:' || gen_random_uuid(), clock_timestamp())"
    ),
    "credits twice for one purchase": (
        "SELECT ledger_top_up('k', user_key, amount, currency, 'topup:' || uuid, clock_timestamp()) "
        "FROM wallet_topup"
    ),
    "credits for another than who paid": (
        "SELECT ledger_top_up('k', 'user:40', amount, currency, 'topup:' || uuid, clock_timestamp()) "
        "FROM wallet_topup"
    ),
    "a smaller purchase": "UPDATE wallet_topup SET amount = amount - 1",
    "a purchase of somebody else": "UPDATE wallet_topup SET user_key = 'user:40'",
    "a purchase that failed": "UPDATE wallet_topup SET state = 'failed'",
    "a purchase that vanished": "DELETE FROM wallet_topup",
    "a purchase that brought nothing": (
        "INSERT INTO wallet_topup (uuid, user_key, form_key, amount, currency, state, created_at) VALUES "
        "(gen_random_uuid(), 'user:40', gen_random_uuid(), 500, 'XTS', 'paid', clock_timestamp())"
    ),
}


@pytest.mark.parametrize("attack", FROM_NOTHING.values(), ids=FROM_NOTHING)
def test_credits_and_purchases_that_do_not_match_are_found(
    clara: User, role: str, capsys: pytest.CaptureFixture[str], attack: str
) -> None:
    cast.fund(clara, 5000)
    assert told_by_the_command(capsys) == set()

    with acting_as(role):
        assert refusal(attack) == ""

    assert told_by_the_command(capsys) == {"I14"}


def test_purchase_that_waits_for_its_money_has_brought_nothing_yet(
    clara: User, capsys: pytest.CaptureFixture[str]
) -> None:
    TopUp.objects.create(
        user_key=owner_key(clara.pk), form_key=uuid.uuid4(), amount=500, currency="XTS", state="open",
        created_at=now(),
    )  # fmt: skip

    assert told_by_the_command(capsys) == set()


def test_joint_time_that_is_added_to_a_settled_call_is_found(
    paid: Consultation, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add = (
        "INSERT INTO sessions_app_interval (consultation_id, started_at, ended_at, closed_by) "
        "VALUES (%s, %s, %s, '')"
    )
    assert told_by_the_command(capsys) == set()
    with acting_as(role):
        assert refusal(add, paid.pk, now() - timedelta(seconds=1), now()) == ""
    assert told_by_the_command(capsys) == {"I16"}


def test_joint_time_that_runs_on_after_the_settlement_is_found(
    paid: Consultation, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add = "INSERT INTO sessions_app_interval (consultation_id, started_at, closed_by) VALUES (%s, %s, '')"
    with acting_as(role):
        assert refusal(add, paid.pk, now()) == ""

    assert told_by_the_command(capsys) == {"I16"}


# --- past every guard, as the owner


@contextmanager
def without_guards() -> Iterator[None]:
    rows("SET CONSTRAINTS ALL IMMEDIATE")  # no trigger is switched off while a check waits for the commit
    with (
        guard_off("sessions_app_consultation", "consultation_settled"),
        guard_off("sessions_app_interval", "interval_closed"),
    ):
        yield


BROKEN_CALLS = {
    "an interval is longer": (
        "UPDATE sessions_app_interval SET ended_at = ended_at + interval '1 s'",
        {"I16"},
    ),
    "an interval is gone": ("DELETE FROM sessions_app_interval", {"I16"}),
    "a second more was counted": (
        "UPDATE sessions_app_consultation SET joint_seconds = joint_seconds + 1",
        {"I16", "I17"},
    ),
    "a second more was billed": (
        "UPDATE sessions_app_consultation SET billable_seconds = billable_seconds + 1",
        {"I17"},
    ),
    "the bill is a hundredth more": ("UPDATE sessions_app_consultation SET bill = bill + 1", {"I10", "I17"}),
    "the fee is a hundredth less": ("UPDATE sessions_app_consultation SET fee = fee - 1", {"I10", "I17"}),
    "the price is another": ("UPDATE sessions_app_consultation SET price = price + 100", {"I17"}),
    "another rate of the fee": ("UPDATE sessions_app_consultation SET fee_bps = fee_bps + 100", {"I17"}),
    "it was too short to cost": ("UPDATE sessions_app_consultation SET free_below_seconds = 401", {"I17"}),
}  # fmt: skip


@pytest.mark.parametrize(("attack", "named"), BROKEN_CALLS.values(), ids=BROKEN_CALLS)
def test_bill_that_does_not_follow_from_its_row_is_found(
    paid: Consultation, capsys: pytest.CaptureFixture[str], attack: str, named: set[str]
) -> None:
    assert told_by_the_command(capsys) == set()
    with without_guards():
        rows(attack)

    assert told_by_the_command(capsys) == named


def test_bill_of_a_call_that_is_not_settled_is_found(
    clara: User, conrad: User, fund: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    fund(clara, 10_000)
    stage.ring(clara, conrad, at=now())
    assert told_by_the_command(capsys) == set()

    Consultation.objects.update(billable_seconds=180, bill=400, fee=80)  # right for a call that ended

    assert told_by_the_command(capsys) == {"I17"}


# Joint seconds, reason, and what may be billed for them.
FAIR = [
    (59, "client_ended", {0}),
    (59, "client_lost", {0}),
    (59, "time_up", {0}),
    (60, "client_ended", {180}),
    (179, "client_left", {180}),
    (60, "client_lost", {0, 180}),
    (179, "no_path", {0, 180}),
    (60, "consultant_ended", {0}),
    (60, "consultant_left", {0}),
    (60, "consultant_lost", {0}),
    (60, "both_lost", {0}),
    (179, "server_lost", {0}),
    (120, "time_up", {120}),
    (180, "consultant_ended", {180}),
    (181, "client_lost", {181}),
    (899, "both_lost", {899}),
]


def test_seconds_billed_are_those_of_the_reason(paid: Consultation) -> None:
    for joint, reason, fair in FAIR:
        for billable in {0, 59, 60, joint, 180, 900}:
            bill = min(2000 * billable // 900, 2000)
            columns = {"joint_seconds": joint, "end_reason": reason, "billable_seconds": billable}
            with without_guards():
                Consultation.objects.update(**columns, bill=bill, fee=bill * 2000 // 10_000)
            assert (rows(BILL_ADDS_UP.sql) == []) == (billable in fair), columns


FORGED = {
    "nobody looked who they are": ("ada", "boris", 100, "clara", False),
    "nobody approved so much": ("ada", None, 10**6, "clara", True),
    "whoever approved it never was": ("ada", "nobody", 10**6, "clara", True),
    "whoever did it never was": ("nobody", "ada", 10**6, "clara", True),
    "one person stands for two": ("ada", "ada", 10**6, "clara", True),
    "it was their own": ("ada", None, 100, "ada", True),
    "they approved their own": ("ada", "boris", 10**6, "boris", True),
}


@pytest.mark.parametrize(("actor", "approver", "amount", "owner", "looked_up"), FORGED.values(), ids=FORGED)
def test_forged_adjustment_is_found(
    clara: User,
    staff: list[User],
    capsys: pytest.CaptureFixture[str],
    actor: str,
    approver: str | None,
    amount: int,
    owner: str,
    looked_up: bool,
) -> None:
    known: dict[str | None, int | None] = {one.email.partition("@")[0]: one.pk for one in User.objects.all()}
    known |= {"nobody": 10**6, None: None}
    [(promo,)] = rows("SELECT ledger_account('promo_expense', '', 'XTS')")
    [(wallet,)] = rows("SELECT ledger_account('client_available', %s, 'XTS')", f"user:{known[owner]}")
    with guard_off("wallet_journal", "ledger_journal_born"):
        [(journal,)] = rows(
            "SELECT journal_id FROM ledger_post('adjust', 'k', 'k', '[]', clock_timestamp(), "
            "ARRAY[%s::bigint], ARRAY[%s::bigint], ARRAY[%s::bigint], %s, %s, 'a gift')",
            promo, wallet, amount, known[actor], known[approver],
        )  # fmt: skip
        rows("SET CONSTRAINTS ALL IMMEDIATE")
    if looked_up:
        rows("INSERT INTO wallet_adjustment (journal_id, alone_max) VALUES (%s, 5000)", journal)

    assert told_by_the_command(capsys) == {"I15"}


# --- rules that change later


def test_changed_settings_break_no_call_that_was_asked_for_before(
    clara: User,
    conrad: User,
    fund: Callable[..., None],
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fund(clara, 10_000)
    began = now() - timedelta(hours=1)
    with monkeypatch.context() as that_day:
        that_day.setattr(rules, "FREE_BELOW_SECONDS", 10)
        that_day.setattr(rules, "MINIMUM_BILL_SECONDS", 120)
        call = stage.live(clara, conrad, at=began)
    page = signed_in(clara).get(call.get_absolute_url()).content.decode()
    assert 'data-free-below="10" data-least="120"' in page
    last = stage.talk(call, since=began, seconds=14)
    with travel(last):
        ended = attendance.end(consultation_id=call.pk, user=clara)

    assert (ended.joint_seconds, ended.billable_seconds, ended.bill) == (14, 120, 2000 * 120 // 900)
    assert "before 2:00, so it is billed as 2:00" in rule_of(consultation=ended, role="client")
    assert told_by_the_command(capsys) == set()
