"""Demo data that is there: who may do what, what the past left behind, off and on again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from accounts.models import ConsultantProfile, ProfileStatus, Shown, User
from accounts.profiles import services as profiles
from marketplace.core.time import now
from marketplace.demo.books import Books
from marketplace.demo.people import PASSWORD
from marketplace.tests.demo.demo_support import SIGN_INS, accounts, demo_site, few_books, free, seed_demo
from sessions_app.models import Consultation, Engagement, Event
from sessions_app.requests import place as requests
from sessions_app.states import FINAL
from wallet.models import Account, Journal


@pytest.fixture(scope="module")
def few(django_db_setup, django_db_blocker) -> Iterator[Books]:
    """A short edition of the demo, told once for this file; what a test changes is rolled back."""
    told = few_books()
    with django_db_blocker.unblock(), demo_site(told):
        whole = transaction.atomic()
        whole._from_testcase = True  # services may be durable inside, as inside any test
        with whole:
            seed_demo()
            yield told
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _after_the_story(few, db) -> None:
    """Every test of this file finds the story told."""


def test_second_run_changes_nothing_and_says_nothing(few):
    before = (User.objects.count(), Consultation.objects.count(), Journal.objects.count())

    assert seed_demo() == ""
    assert (User.objects.count(), Consultation.objects.count(), Journal.objects.count()) == before


@pytest.mark.parametrize("email", SIGN_INS)
def test_sign_ins_work_with_the_password_of_the_readme(few, client, email):
    user = User.objects.get(email=email)

    assert user.check_password(PASSWORD)
    assert user.email_verified
    assert user.is_demo


def test_nobody_else_of_the_demo_can_sign_in(few):
    others = User.objects.filter(is_demo=True).exclude(email__in=SIGN_INS)
    assert others.count() == accounts(few) - 3
    assert not any(user.has_usable_password() for user in others)


def test_each_consultation_is_over_and_settled_at_a_past_moment(few):
    rows = Consultation.objects.all()
    assert {row.state for row in rows} == FINAL
    assert all(row.settled_at and row.settled_at < now() for row in rows)
    assert all(row.requested_at < now() - timedelta(hours=1) for row in rows)
    assert not Engagement.objects.exists()


def test_ledger_of_the_demo_sums_to_zero_and_holds_nothing(few):
    held = Account.objects.filter(kind="escrow").aggregate(all=Sum("balance"))["all"]
    paid = sum(row.bill for row in Consultation.objects.all())
    earned = Account.objects.filter(kind="consultant_pending").aggregate(all=Sum("balance"))["all"]
    assert held == 0
    assert earned == paid - sum(row.fee for row in Consultation.objects.all())


def test_interrupted_talk_goes_on_and_bills_only_joint_seconds(few):
    paused = Consultation.objects.get(events__kind="resumed")
    kinds = list(Event.objects.filter(consultation=paused).values_list("kind", flat=True))
    assert kinds.index("interrupted") < kinds.index("resumed") < kinds.index("ended")
    assert paused.intervals.count() == 2
    assert paused.joint_seconds == paused.billable_seconds
    assert paused.interrupted_seconds > 0


def test_consultant_with_a_lease_is_shown_as_free_and_never_rings(few, settings):
    shown = ConsultantProfile.objects.filter(shown_state=Shown.AVAILABLE)
    asker = User.objects.get(email=SIGN_INS[0])

    assert shown.count() == free(few) > 0
    assert all(profile.demo_lease for profile in shown)
    with pytest.raises(requests.DemoConsultant):
        requests.request_call(
            client=asker,
            profile=shown[0],
            topic="Are you there?",
            link="",
            snippet="",
            request_key="7b2c8a52-0000-4000-8000-000000000001",
            terms=requests.terms_for(profile=shown[0]),
        )


def test_mara_is_approved_and_offline_until_she_switches_on(few):
    mara = ConsultantProfile.objects.get(handle="mara-lindqvist")
    assert mara.status == ProfileStatus.APPROVED
    assert (mara.accepting, mara.demo_lease, mara.shown_state) == (False, False, Shown.OFFLINE)


def test_staff_finds_profiles_waiting(few):
    waiting = ConsultantProfile.objects.filter(status=ProfileStatus.SUBMITTED)
    ingrid = User.objects.get(email=SIGN_INS[2])
    assert ingrid.is_superuser
    assert profiles.approve(profile=waiting[0], by=ingrid).status == ProfileStatus.APPROVED


def test_off_blocks_every_demo_account_and_takes_the_leases(few):
    assert f"{accounts(few)} demo accounts are blocked" in seed_demo("--off")
    assert not User.objects.filter(is_demo=True, is_active=True).exists()
    assert not ConsultantProfile.objects.filter(demo_lease=True).exists()
    assert not ConsultantProfile.objects.filter(accepting=True).exists()
    assert not ConsultantProfile.objects.exclude(shown_state=Shown.OFFLINE).exists()


def test_off_leaves_other_people_alone(few, conrad):
    ConsultantProfile.objects.filter(user=conrad).update(accepting=True)
    seed_demo("--off")

    conrad.refresh_from_db()
    assert conrad.is_active
    assert conrad.profile.accepting


def test_on_again_lets_the_accounts_in_and_gives_the_leases_back(few):
    seed_demo("--off")

    assert seed_demo() == f"Demo data: {accounts(few)} accounts unblocked.\n"
    assert ConsultantProfile.objects.filter(demo_lease=True, shown_state=Shown.AVAILABLE).count() == free(few)


def test_second_run_does_not_switch_mara_off(few):
    ConsultantProfile.objects.filter(handle="mara-lindqvist").update(accepting=True)
    seed_demo()

    assert ConsultantProfile.objects.get(handle="mara-lindqvist").accepting
