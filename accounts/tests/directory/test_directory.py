"""The directory: what is found, in which order, with how many queries, and what bad addresses get."""

import html
import re
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.directory import demand
from accounts.directory import search as directory
from accounts.directory.search import Filters, skills_in_use
from accounts.models import ConsultantProfile, Shown, Skill, User
from marketplace.web import home as front
from tests.support import cast

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def shown(person: User, state: str, **columns: object) -> None:
    ConsultantProfile.objects.filter(user=person).update(shown_state=state, **columns)


def found(**filters: object) -> list[str]:
    return [profile.handle for profile in directory.search(Filters(**filters))]


def test_free_ones_come_before_busy_ones_before_the_others(conrad: User) -> None:
    for name, state in (("bea", Shown.BUSY), ("finn", Shown.AVAILABLE), ("otto", Shown.OFFLINE)):
        shown(cast.consultant(name), state)
    shown(conrad, Shown.AWAY, talks_count=9)
    assert found() == ["finn", "bea", "conrad", "otto"]


def test_who_takes_most_of_what_they_are_asked_comes_first_and_who_was_never_asked_last(conrad: User) -> None:
    for name, taken, asked in (("seldom", 1, 10), ("often", 9, 10), ("always", 4, 4)):
        shown(cast.consultant(name), Shown.AVAILABLE, taken_lately=taken, asked_lately=asked)
    shown(conrad, Shown.AVAILABLE, talks_count=99)
    shown(cast.consultant("busy"), Shown.BUSY, taken_lately=10, asked_lately=10)
    assert found() == ["always", "often", "seldom", "conrad", "busy"]
    assert [profile.handle for profile in front.free_now()] == ["always", "often", "seldom", "conrad"]


def test_the_nearer_match_comes_before_the_more_reliable(conrad: User) -> None:
    shown(conrad, Shown.AVAILABLE, headline="Law", about="")
    reliable = cast.consultant("reliable")
    shown(reliable, Shown.AVAILABLE, headline="Web", about="Law.", taken_lately=9, asked_lately=9)
    assert found(q="law") == ["conrad", "reliable"]


def test_pages_of_equal_people_repeat_nobody(client: Client) -> None:
    for number in range(50):
        cast.consultant(f"person-{number}")
    pages = [client.get(f"/consultants/?page={page}").content.decode() for page in (1, 2, 3)]
    assert len({handle for page in pages for handle in re.findall(r"person-\d+(?=/\")", page)}) == 50


def test_a_profile_that_is_not_approved_is_not_listed(conrad: User) -> None:
    ConsultantProfile.objects.filter(user=conrad).update(status="submitted")
    assert found() == []


def test_a_blocked_consultant_and_one_who_gave_up_are_not_listed(conrad: User) -> None:
    gone = cast.consultant("gone")
    User.objects.filter(pk=gone.pk).update(gives_help=False)
    User.objects.filter(pk=conrad.pk).update(is_active=False)
    assert found() == []


@pytest.mark.parametrize(
    "words", ["django", "DJANGO migrations", "web sites", "conrad", "a site that is slow", "Conr", "help me"]
)
def test_words_find_names_headlines_abouts_and_skills_in_any_form(conrad: User, words: str) -> None:
    assert found(q=words) == ["conrad"]


@pytest.mark.parametrize("words", ["zebra", "' OR 1=1 --", "&&& | !!", ":* <-> (", "%", "\\", "🙂"])
def test_words_that_fit_nobody_find_nobody_and_break_nothing(conrad: User, words: str) -> None:
    assert found(q=words) == []


def test_the_nearer_match_comes_first(conrad: User) -> None:
    cast.consultant("lawyer")
    ConsultantProfile.objects.filter(user__name="Lawyer").update(
        headline="Employment law", about="Contracts."
    )
    ConsultantProfile.objects.filter(user=conrad).update(
        headline="Web", about="Once I read a contract about law."
    )
    assert found(q="employment contracts law") == ["lawyer", "conrad"]


def test_filters_narrow_by_skill_language_price_and_now(conrad: User) -> None:
    cheap = cast.consultant("cheap", price=900)
    cheap.profile.skills.set([Skill.objects.create(slug="tax", name="Tax")])
    shown(cheap, Shown.AVAILABLE, languages=["sv"])
    assert found(skill="django") == ["conrad"]
    assert found(language="sv") == ["cheap"]
    assert found(max_price=1000) == ["cheap"]
    assert found(now=True) == ["cheap"]


@pytest.mark.parametrize("how_many", [3, 60])
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_needs_few_queries_whatever_the_number(
    client: Client, clara: User, how_many: int, signed_in: bool
) -> None:
    for number in range(how_many):
        cast.consultant(f"person-{number}")
    if signed_in:
        client.force_login(clara)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get("/consultants/")
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, [query["sql"][:80] for query in queries]


def test_a_page_has_24_people_and_a_link_to_the_next(client: Client) -> None:
    for number in range(25):
        cast.consultant(f"person-{number}")
    first, second = client.get("/consultants/"), client.get("/consultants/?page=2")
    assert first.content.count(b'class="card"') == 24
    assert b"page=2" in first.content
    assert second.content.count(b'class="card"') == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("skill=alchemy", "no skill called “alchemy”"),
        ("language=klingon", "do not know the language “klingon”"),
        ("max_price=cheap", "“cheap” is not an amount"),
        ("max_price=-5", "“-5” is not an amount"),
        ("page=99", "no page “99”"),
        ("page=first", "no page “first”"),
        ("page=99999999999999999999", "no page"),
    ],
)
def test_a_value_we_cannot_use_is_said_and_left_out(
    client: Client, conrad: User, query: str, words: str
) -> None:
    answer = client.get(f"/consultants/?{query}")
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "Conrad" in answer.content.decode()


@pytest.mark.parametrize("query", ["q=%FF%FE", "now=2", "skill=%FF", "max_price=9999999", "q=" + "a" * 5000])
def test_odd_addresses_never_break_the_page(client: Client, conrad: User, query: str) -> None:
    assert client.get(f"/consultants/?{query}").status_code == 200


def test_an_empty_result_says_what_to_drop_and_what_that_gives(client: Client, conrad: User) -> None:
    answer = client.get("/consultants/?skill=django&language=ja&max_price=1").content.decode()
    assert "No one matches all your filters" in answer
    assert "Removing one of the filters is not enough" in answer
    answer = client.get("/consultants/?skill=django&language=ja").content.decode()
    assert "Without the language: 1" in answer
    assert 'href="/consultants/?skill=django"' in answer


def test_htmx_gets_the_results_alone(client: Client, conrad: User) -> None:
    piece = client.get("/consultants/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert 'id="results"' in piece


def test_filters_of_an_address_make_the_same_address_again() -> None:
    filters = Filters(q="tax & law", skill="tax", language="sv", max_price=2050, now=True)
    assert filters.query() == "q=tax+%26+law&skill=tax&language=sv&max_price=20.50&now=1"
    assert filters.without("skill") == "q=tax+%26+law&language=sv&max_price=20.50&now=1"


# --- who came free while a list was open ----------------------------------------------------------


def more(client: Client, query: str = "") -> str:
    """What the open list at this address is told now."""
    page = client.get(f"/consultants/?{query}").content.decode()
    (source,) = re.findall(r'id="more-free" role="status"[^>]* data-src="([^"]+)"', page)
    return html.unescape(source)


def words(client: Client, source: str) -> str:
    cache.clear()
    return client.get(source).content.decode()


def test_who_came_free_and_is_not_in_the_list_is_counted(client: Client, conrad: User) -> None:
    shown(conrad, Shown.AVAILABLE)
    source = more(client, "now=1")
    assert "free: show them" not in words(client, source)
    for name in ("finn", "bea"):
        shown(cast.consultant(name), Shown.AVAILABLE)
    assert "2 more are free: show them" in words(client, source)
    assert 'href="/consultants/?now=1"' in words(client, source)
    shown(User.objects.get(name="Bea"), Shown.BUSY)
    assert "1 more is free: show them" in words(client, source)


def test_who_is_in_the_list_is_not_counted_when_they_come_free(client: Client, conrad: User) -> None:
    source = more(client)
    shown(conrad, Shown.AVAILABLE)
    assert "show them" not in words(client, source)
    assert 'data-free="1"' in words(client, source)


def test_only_who_fits_the_filters_is_counted(client: Client, conrad: User) -> None:
    source = more(client, "q=tax&max_price=15&now=1")
    for name, price in (("cheap", 900), ("dear", 9900)):
        shown(cast.consultant(name, price=price), Shown.AVAILABLE, headline="Tax, quickly")
    shown(conrad, Shown.AVAILABLE)
    assert "1 more is free" in words(client, source)


def test_on_a_second_page_those_of_the_first_are_not_news(client: Client) -> None:
    for number in range(26):
        shown(cast.consultant(f"person-{number}"), Shown.AVAILABLE)
    source = more(client, "page=2")
    assert "show them" not in words(client, source)
    shown(cast.consultant("best"), Shown.AVAILABLE, talks_count=99)
    assert "1 more is free" in words(client, source)


@pytest.mark.parametrize("query", ["", "known=", "known=x,,-1", "known=" + "9," * 5000, "skill=%01&q=%FF"])
def test_an_odd_question_about_more_is_answered(client: Client, conrad: User, query: str) -> None:
    assert client.get(f"/consultants/free/?{query}").status_code == 200


def lately(person: User) -> int:
    return demand.people_lately(person.profile.skills.values_list("pk", flat=True))


def test_who_searched_a_skill_by_name_or_by_words_is_counted_once(
    client: Client, conrad: User, clara: User, signed_in: Any
) -> None:
    assert lately(conrad) == 0
    for browser in (client, client, signed_in(clara)):
        browser.get("/consultants/?skill=django")
        browser.get("/consultants/?q=slow+django")
    assert lately(conrad) == 2


def test_looking_at_the_list_or_for_oneself_is_no_search(
    client: Client, conrad: User, signed_in: Any
) -> None:
    client.get("/consultants/?now=1")
    client.get("/consultants/?q=zebra")
    signed_in(conrad).get("/consultants/?skill=django")
    assert lately(conrad) == 0


def test_what_is_kept_of_a_search_names_nobody_and_goes(
    client: Client, conrad: User, valkey: redis.Redis
) -> None:
    client.get("/consultants/?skill=django", headers={"User-Agent": "Somebodys browser"})
    (key,) = valkey.keys("searched:*")
    assert 0 < valkey.ttl(key) <= 7 * 600
    assert b"127.0.0.1" not in valkey.get(key)
    assert b"Somebody" not in valkey.get(key)


def test_without_valkey_the_list_is_shown_and_nothing_is_said(
    client: Client, conrad: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = redis.Redis(host="127.0.0.1", port=1)
    monkeypatch.setattr(demand.valkey, "quick", lambda: nowhere)
    assert client.get("/consultants/?skill=django").status_code == 200
    assert lately(conrad) == 0


def test_a_skill_is_found_and_sorted_by_its_name_in_the_language_of_the_page(
    client: Client, conrad: User
) -> None:
    offered = [("tax", "Tax", "Ämter"), ("care", "Care", "Zähne"), ("law", "Law", "Beratung")]
    conrad.profile.skills.set(
        [Skill.objects.create(slug=slug, name=name, name_de=german) for slug, name, german in offered]
    )
    with translation.override("de"):
        assert [skill.label for skill in skills_in_use()] == ["Ämter", "Beratung", "Zähne"]
    assert [skill.label for skill in skills_in_use()] == ["Care", "Law", "Tax"]
    page = client.get("/consultants/?q=Z%C3%A4hne", headers={"Accept-Language": "de"})
    assert conrad.profile.handle in page.content.decode()
