"""How demo data begins: made in one run, finished by the next, refused where it must not be."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.management import CommandError

from accounts.models import ConsultantProfile, User
from marketplace.core.time import now
from marketplace.demo import plot, seed
from marketplace.demo.books import Books, books
from marketplace.demo.errors import DemoAddressTaken, SiteIsRunning
from marketplace.tests.demo.demo_support import SIGN_INS, accounts, demo_site, few_books, free, seed_demo
from sessions_app.models import ClockTick, Consultation
from wallet import queries


@pytest.fixture
def few() -> Iterator[Books]:
    """A short edition of the books; demo data is on."""
    told = few_books()
    with demo_site(told):
        yield told


def stopped(play: plot.Play) -> Consultation:
    """Ctrl-C before the talk has an end."""
    raise KeyboardInterrupt


def test_first_run_says_in_one_line_what_was_made(db, few):
    said = seed_demo()

    assert said.count("\n") == 1
    assert f"{accounts(few)} accounts and {len(few.talks)} past consultations created" in said
    assert f"{free(few)} consultants shown as free" in said


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


def test_off_without_demo_data_does_nothing(db, few):
    assert seed_demo("--off") == ""


def test_address_of_a_real_person_is_not_taken_over(db, few):
    User.objects.create_user("client@example.com", "a-password-of-their-own")

    with pytest.raises(DemoAddressTaken):
        seed.turn_on(books=few)
    assert User.objects.get(email="client@example.com").check_password("a-password-of-their-own")


def test_demo_data_is_refused_where_it_is_off(db, few, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="Demo data is switched off here"):
        seed_demo()
    assert not User.objects.exists()


def test_demo_data_is_refused_where_others_can_come_in(db, few, settings):
    settings.ALLOWED_HOSTS = ["quarter.example.com"]

    with pytest.raises(CommandError, match="lets others in"):
        seed_demo()
    assert not User.objects.exists()


def test_past_is_not_told_while_the_clock_of_a_running_site_ticks(db, few):
    ClockTick.objects.create(pk=1, ticked_at=now())

    with pytest.raises(SiteIsRunning):
        seed.turn_on(books=few)


@pytest.mark.slow
def test_whole_story_tells_something_in_every_wallet(db, settings):
    settings.DEMO = True
    done = seed.turn_on(books=books())

    daniel, mara = (User.objects.get(email=email) for email in SIGN_INS[:2])
    assert 40 <= done.consultations <= 80
    assert 5000 <= queries.balance(daniel.pk).available <= 7000
    assert queries.earnings_totals(mara.pk).pending > 10_000
    assert ConsultantProfile.objects.filter(talks_count__gt=0).count() >= 24
