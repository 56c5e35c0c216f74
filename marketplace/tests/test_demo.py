"""Demo data: made once by the services, blocked by `--off`, let in again."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from accounts.models import ConsultantProfile, ProfileStatus, Shown, User
from accounts.services import profiles
from marketplace import rules
from marketplace.demo import plot, seed
from marketplace.demo.books import Books, Talk, books
from marketplace.demo.errors import DemoAddressTaken, SiteIsRunning
from marketplace.demo.people import PASSWORD
from marketplace.time import now
from sessions_app.models import ClockTick, Consultation, Engagement, Event
from sessions_app.services import requests
from sessions_app.states import FINAL
from wallet import queries
from wallet.models import Account, Journal

SIGN_INS = ("client@example.com", "consultant@example.com", "staff@example.com")


def short(talk: Talk) -> Talk:
    """The same talk in fewer beats."""
    pause = talk.pause and replace(talk.pause, after=min(talk.pause.after, 66))
    return replace(talk, talk=min(talk.talk, 190), pause=pause)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Books:
    """One consultation of each ending, and one with an interruption, of the real books."""
    chosen = {talk.end: talk for talk in books().talks if not talk.pause}
    paused = next(talk for talk in books().talks if talk.pause and talk.pause.how == "lost")
    talks = sorted([*chosen.values(), paused], key=lambda talk: (-talk.ago, talk.at))
    needed = {"mara", *(name for talk in talks for name in (talk.client, talk.consultant))}
    told = replace(
        books(),
        consultants=[one for one in books().consultants if one.portrait in needed],
        talks=[short(talk) for talk in talks],
        top_ups=books().top_ups[:1],
    )
    monkeypatch.setattr("marketplace.management.commands.seed_demo.books", lambda: told)
    monkeypatch.setattr(rules, "BOUGHT_SECONDS", 200)
    return told


@pytest.fixture(autouse=True)
def demo_on(settings) -> None:
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1"]


def accounts(of: Books) -> int:
    """How many accounts these books make; one more is staff."""
    return len(of.consultants) + len(of.waiting) + len(of.clients) + 1


def free(of: Books) -> int:
    return sum(one.free for one in of.consultants)


def stopped(play: plot.Play) -> Consultation:
    """Ctrl-C before the talk has an end."""
    raise KeyboardInterrupt


def seed_demo(*words: str) -> str:
    out = StringIO()
    call_command("seed_demo", *words, stdout=out)
    return out.getvalue()


def test_first_run_says_in_one_line_what_was_made(db, few):
    said = seed_demo()

    assert said.count("\n") == 1
    assert f"{accounts(few)} accounts and {len(few.talks)} past consultations made" in said
    assert f"{free(few)} consultants shown as free" in said


def test_second_run_changes_nothing_and_says_nothing(db, few):
    seed_demo()
    before = (User.objects.count(), Consultation.objects.count(), Journal.objects.count())

    assert seed_demo() == ""
    assert (User.objects.count(), Consultation.objects.count(), Journal.objects.count()) == before


@pytest.mark.parametrize("email", SIGN_INS)
def test_sign_ins_work_with_the_password_of_the_readme(db, few, client, email):
    seed_demo()
    user = User.objects.get(email=email)

    assert user.check_password(PASSWORD)
    assert user.email_verified
    assert user.is_demo


def test_nobody_else_of_the_demo_can_sign_in(db, few):
    seed_demo()

    others = User.objects.filter(is_demo=True).exclude(email__in=SIGN_INS)
    assert others.count() == accounts(few) - 3
    assert not any(user.has_usable_password() for user in others)


def test_each_consultation_is_over_and_settled_at_a_past_moment(db, few):
    seed_demo()

    rows = Consultation.objects.all()
    assert {row.state for row in rows} == FINAL
    assert all(row.settled_at and row.settled_at < now() for row in rows)
    assert all(row.requested_at < now() - timedelta(hours=1) for row in rows)
    assert not Engagement.objects.exists()


def test_ledger_of_the_demo_sums_to_zero_and_holds_nothing(db, few):
    seed_demo()

    held = Account.objects.filter(kind="escrow").aggregate(all=Sum("balance"))["all"]
    paid = sum(row.bill for row in Consultation.objects.all())
    earned = Account.objects.filter(kind="consultant_pending").aggregate(all=Sum("balance"))["all"]
    assert held == 0
    assert earned == paid - sum(row.fee for row in Consultation.objects.all())


def test_interrupted_talk_goes_on_and_bills_only_joint_seconds(db, few):
    seed_demo()

    paused = Consultation.objects.get(events__kind="resumed")
    kinds = list(Event.objects.filter(consultation=paused).values_list("kind", flat=True))
    assert kinds.index("interrupted") < kinds.index("resumed") < kinds.index("ended")
    assert paused.intervals.count() == 2
    assert paused.joint_seconds == paused.billable_seconds
    assert paused.interrupted_seconds > 0


def test_talk_under_a_minute_costs_nothing(db, few):
    mistaken = replace(few.talks[0], end="client", talk=26, pause=None)
    seed.turn_on(books=replace(few, talks=[mistaken]))

    told = Consultation.objects.get()
    assert (told.joint_seconds, told.bill) == (26, 0)
    assert told.returned == told.price


def test_run_stopped_in_the_middle_of_a_talk_is_finished_by_the_next(db, few, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(plot.ENDINGS, "client", stopped)
        with pytest.raises(KeyboardInterrupt):
            seed.turn_on(books=few)
    assert Consultation.objects.open().count() == 1

    done = seed.turn_on(books=few)

    assert done.accounts == 0
    assert Consultation.objects.count() == len(few.talks)
    assert not Consultation.objects.open().exists()


def test_consultant_with_a_lease_is_shown_as_free_and_never_rings(db, few, settings):
    seed_demo()
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


def test_mara_is_approved_and_offline_until_she_switches_on(db, few):
    seed_demo()

    mara = ConsultantProfile.objects.get(handle="mara-lindqvist")
    assert mara.status == ProfileStatus.APPROVED
    assert (mara.accepting, mara.demo_lease, mara.shown_state) == (False, False, Shown.OFFLINE)


def test_staff_finds_profiles_waiting(db, few):
    seed_demo()

    waiting = ConsultantProfile.objects.filter(status=ProfileStatus.SUBMITTED)
    ingrid = User.objects.get(email=SIGN_INS[2])
    assert ingrid.is_superuser
    assert profiles.approve(profile=waiting[0], by=ingrid).status == ProfileStatus.APPROVED


def test_off_blocks_every_demo_account_and_takes_the_leases(db, few):
    seed_demo()

    assert f"{accounts(few)} demo accounts are blocked" in seed_demo("--off")
    assert not User.objects.filter(is_demo=True, is_active=True).exists()
    assert not ConsultantProfile.objects.filter(demo_lease=True).exists()
    assert not ConsultantProfile.objects.filter(accepting=True).exists()
    assert not ConsultantProfile.objects.exclude(shown_state=Shown.OFFLINE).exists()


def test_off_without_demo_data_does_nothing(db):
    assert seed_demo("--off") == ""


def test_off_leaves_other_people_alone(db, few, conrad):
    ConsultantProfile.objects.filter(user=conrad).update(accepting=True)
    seed_demo()
    seed_demo("--off")

    conrad.refresh_from_db()
    assert conrad.is_active
    assert conrad.profile.accepting


def test_on_again_lets_the_accounts_in_and_gives_the_leases_back(db, few):
    seed_demo()
    seed_demo("--off")

    assert seed_demo() == f"Demo data: {accounts(few)} accounts may be used again.\n"
    assert ConsultantProfile.objects.filter(demo_lease=True, shown_state=Shown.AVAILABLE).count() == free(few)


def test_second_run_does_not_switch_mara_off(db, few):
    seed_demo()
    ConsultantProfile.objects.filter(handle="mara-lindqvist").update(accepting=True)
    seed_demo()

    assert ConsultantProfile.objects.get(handle="mara-lindqvist").accepting


def test_address_of_a_real_person_is_not_taken_over(db, few):
    User.objects.create_user("client@example.com", "a-password-of-their-own")

    with pytest.raises(DemoAddressTaken):
        seed.turn_on(books=few)
    assert User.objects.get(email="client@example.com").check_password("a-password-of-their-own")


def test_demo_data_is_refused_where_it_is_off(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="Demo data is switched off here"):
        seed_demo()
    assert not User.objects.exists()


def test_demo_data_is_refused_where_others_can_come_in(db, settings):
    settings.ALLOWED_HOSTS = ["quarter.example.com"]

    with pytest.raises(CommandError, match="lets others in"):
        seed_demo()
    assert not User.objects.exists()


def test_past_is_not_told_while_the_clock_of_a_running_site_ticks(db, few):
    ClockTick.objects.create(pk=1, ticked_at=now())

    with pytest.raises(SiteIsRunning):
        seed.turn_on(books=few)


@pytest.mark.slow
def test_whole_story_tells_something_in_every_wallet(db):
    done = seed.turn_on(books=books())

    daniel, mara = (User.objects.get(email=email) for email in SIGN_INS[:2])
    assert 40 <= done.consultations <= 80
    assert 5000 <= queries.balance(daniel.pk).available <= 7000
    assert queries.earnings_totals(mara.pk).pending > 10_000
    assert ConsultantProfile.objects.filter(talks_count__gt=0).count() >= 24
