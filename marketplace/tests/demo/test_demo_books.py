"""The demo's texts: enough people, believable, and nothing in them that the site would refuse."""

from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts.handles import from_name
from accounts.languages import LANGUAGES
from marketplace.core import rules
from marketplace.demo.books import books
from sessions_app.requests.place import DECLINE_REASONS, asked

EVERYBODY = [*books().consultants, *books().waiting, *books().clients]
CONSULTANTS = [*books().consultants, *books().waiting]
people = pytest.mark.parametrize("person", EVERYBODY, ids=lambda one: one.portrait)
consultants = pytest.mark.parametrize("person", CONSULTANTS, ids=lambda one: one.portrait)


def test_directory_has_at_least_24_consultants_in_8_skills_and_several_languages():
    skills = {slug for one in books().consultants for slug in one.skills}
    languages = {code for one in books().consultants for code in one.languages}

    assert len(books().consultants) >= 24
    assert len(skills) >= 8
    assert skills == set(books().skills)
    assert len(languages) >= 10


def test_about_a_dozen_are_shown_as_free_and_the_one_who_can_be_called_is_not_among_them():
    free = {one.portrait for one in books().consultants if one.free}

    assert 10 <= len(free) <= 14
    assert "mara" not in free


def test_somebody_waits_for_approval():
    assert len(books().waiting) in (1, 2)


@people
def test_person_has_a_drawing_and_a_time_zone(person):
    assert (settings.BASE_DIR / "static" / "img" / "people" / f"{person.portrait}.svg").is_file()
    assert ZoneInfo(person.zone)


@people
def test_person_has_an_address_that_leads_nowhere(person):
    assert person.email.endswith("@example.com")
    assert person.email.isascii()


def test_no_two_people_share_an_address_or_a_drawing():
    assert len({one.email for one in EVERYBODY}) == len(EVERYBODY)
    assert len({one.portrait for one in EVERYBODY}) == len(EVERYBODY)


@consultants
def test_profile_passes_what_the_editor_asks_for(person):
    assert 0 < len(person.headline) <= 80
    assert 3 <= person.about.count("\n") + 1 <= 5
    assert len(person.about) <= 2000
    assert 2 <= len(person.skills) <= 4
    assert set(person.languages) <= set(LANGUAGES)
    assert from_name(person.name).isascii()


@consultants
def test_price_lies_between_8_and_60_credits(person):
    assert 800 <= person.price <= 6000
    assert rules.PRICE_MIN <= person.price <= rules.PRICE_MAX


@consultants
def test_usual_hours_name_each_day_once(person):
    days = [day.weekday for day in person.week]

    assert len(days) == len(set(days)) > 0
    assert all(day.opens < day.closes for day in person.week)


def test_every_question_of_the_story_could_be_asked():
    for talk in books().talks:
        asked(topic=talk.topic, link=talk.link, snippet=talk.snippet)


def test_every_talk_names_two_known_people_and_a_known_reason():
    names = {one.portrait for one in EVERYBODY}
    for talk in books().talks:
        assert {talk.client, talk.consultant} <= names
        assert talk.client != talk.consultant
        assert talk.end != "declined" or talk.reason in DECLINE_REASONS


def test_story_has_all_endings_and_an_interruption_with_a_return():
    endings = {talk.end for talk in books().talks}

    assert endings >= {"client", "consultant", "time_up", "declined", "expired", "cancelled", "failed"}
    assert any(talk.pause for talk in books().talks)
    assert any(talk.end == "client" and talk.talk < 60 for talk in books().talks)
