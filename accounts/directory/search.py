"""Search among the consultants that everybody may see."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.core.cache import cache
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Round
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.languages import LANGUAGES, language_name
from accounts.models import ConsultantProfile, Shown, Skill, User
from accounts.models.profile import BEST_FIRST, ProfileQuerySet
from accounts.profiles.prices import as_typed, parse_price
from marketplace.core import rules
from marketplace.core.words import sort_key

Q_LONGEST = 280
FREE_SECONDS = 1
FILTERS = ("q", "skill", "language", "max_price", "now")
WORDS = {
    "q": _("Without the words"),
    "skill": _("Without the skill"),
    "language": _("Without the language"),
    "max_price": _("Without the price limit"),
    "now": _("Without “free now”"),
}

FREE_FIRST = Case(
    When(shown_state=Shown.AVAILABLE, then=Value(0)),
    When(shown_state=Shown.BUSY, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Filters:
    """The filters in the URL; empty values filter nothing. The price is in hundredths of a credit."""

    q: str = ""
    skill: str = ""
    language: str = ""
    max_price: int | None = None
    now: bool = False

    def query(self, **changes: object) -> str:
        """The query string of these filters with some changed; the list starts again at its first page."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "q": other.q,
            "skill": other.skill,
            "language": other.language,
            "max_price": as_typed(other.max_price),
            "now": "1" if other.now else "",
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def without(self, name: str) -> str:
        """The query string with one filter dropped."""
        return self.query(**{name: getattr(Filters(), name)})

    @property
    def active(self) -> list[str]:
        """The names of the filters that are set."""
        return [name for name in FILTERS if getattr(self, name) != getattr(Filters(), name)]


@dataclass(frozen=True)
class Drop:
    """A filter whose removal would give results: its words, the number of results, the query string."""

    words: str
    count: int
    query: str


def parse(query: QueryDict, skills: list[Skill]) -> tuple[Filters, list[str]]:
    """The filters of a URL, and a sentence for each invalid value that is ignored."""
    problems: list[str] = []
    skill = query.get("skill", "").strip().lower()
    if skill and skill not in {known.slug for known in skills}:
        problem = gettext("We have no skill called “{skill}”, so all skills are shown.")
        problems.append(problem.format(skill=skill[:40]))
        skill = ""
    language = query.get("language", "").strip().lower()
    if language and language not in LANGUAGES:
        problem = gettext("We do not know the language “{language}”, so all languages are shown.")
        problems.append(problem.format(language=language[:20]))
        language = ""
    typed = query.get("max_price", "").strip()
    max_price = parse_price(typed) if typed else None
    if typed and not max_price:
        problem = gettext("“{typed}” is not an amount of credits, so all prices are shown.")
        problems.append(problem.format(typed=typed[:20]))
        max_price = None
    words = " ".join(query.get("q", "").split())[:Q_LONGEST]
    return Filters(words, skill, language, max_price, query.get("now", "") == "1"), problems


def search(filters: Filters) -> ProfileQuerySet:
    """The matching consultants: free first, then busy, then others; then by match and reliability."""
    found = ConsultantProfile.objects.public()
    if filters.q:
        found = _with_words(found, filters.q)
    for name in filters.active:
        found = found.filter(_condition(filters, name))
    return found.order_by(FREE_FIRST, *(["-match"] if filters.q else []), *BEST_FIRST)


def skills_meant(filters: Filters, viewer: User | AnonymousUser) -> list[int]:
    """Ids of the skills that these filters ask for, without those that the viewer offers."""
    meant = Skill.objects.filter(Q(slug=filters.skill) | Q(name__in=_skills_named(filters.q)))
    if viewer.is_authenticated:
        meant = meant.exclude(profiles__user=viewer)
    return list(meant.values_list("pk", flat=True))


def what_to_drop(filters: Filters) -> list[Drop]:
    """For an empty result: each filter whose removal gives results, most results first; one query."""
    everyone = ConsultantProfile.objects.public()
    if filters.q:
        everyone = _with_words(everyone, filters.q)
    conditions = {name: _condition(filters, name) for name in filters.active}
    counts = everyone.aggregate(
        **{
            f"without_{name}": Count(
                "pk", filter=_all(other for key, other in conditions.items() if key != name)
            )
            for name in conditions
        }
    )
    drops = [Drop(str(WORDS[name]), counts[f"without_{name}"], filters.without(name)) for name in conditions]
    return sorted((drop for drop in drops if drop.count), key=lambda drop: -drop.count)


def free_count() -> int:
    """How many consultants can be called now."""
    return ConsultantProfile.objects.public().filter(shown_state=Shown.AVAILABLE).count()


def first_free(filters: Filters) -> list[int]:
    """User ids of the free consultants on the first page of these results now."""
    free = search(filters).filter(shown_state=Shown.AVAILABLE)
    return list(free.values_list("user_id", flat=True)[: rules.DIRECTORY_PAGE])


def newly_free(filters: Filters) -> tuple[list[int], int]:
    """The same and the total of free consultants, cached for a second because every open list asks for it."""
    key = f"free:{hashlib.sha256(filters.query().encode()).hexdigest()}"
    known: tuple[list[int], int] | None = cache.get(key)
    if known is None:
        known = first_free(filters), free_count()
        cache.set(key, known, FREE_SECONDS)
    return known


def languages_in_use() -> list[tuple[str, str]]:
    """Code and name of every language that somebody here speaks, by name."""
    rows = ConsultantProfile.objects.public().values_list("languages", flat=True)
    codes = {code for row in rows for code in row if code in LANGUAGES}
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: sort_key(pair[1]))


def skills_in_use() -> list[Skill]:
    """Every skill that somebody here offers, by name."""
    return sorted(_with_people(), key=lambda skill: sort_key(skill.label))


def most_offered_skills(how_many: int) -> list[Skill]:
    """The skills that most people here offer."""
    found = sorted(_with_people(), key=lambda skill: (-skill.people, sort_key(skill.label)))
    return found[:how_many]


def _with_people() -> QuerySet[Any]:
    offered = Q(profiles__in=ConsultantProfile.objects.public())
    return Skill.objects.annotate(people=Count("profiles", filter=offered, distinct=True)).filter(
        people__gt=0
    )


def _all(conditions: Iterable[Q]) -> Q:
    whole = Q()
    for condition in conditions:
        whole &= condition
    return whole


def _condition(filters: Filters, name: str) -> Q:
    if name == "q":
        by_name = Q(user__name__icontains=filters.q) | Q(headline__icontains=filters.q)
        return Q(text=_tsquery(filters.q)) | Q(skill_named=True) | by_name
    if name == "skill":
        return Q(Exists(_offering(slug=filters.skill)))
    if name == "language":
        return Q(languages__contains=[filters.language])
    if name == "max_price":
        return Q(price__lte=filters.max_price)
    return Q(shown_state=Shown.AVAILABLE)


def _offering(**skill: object) -> QuerySet[Any]:
    through = ConsultantProfile.skills.through.objects
    return through.filter(
        consultantprofile=OuterRef("pk"), **{f"skill__{key}": value for key, value in skill.items()}
    )


def _with_words(found: ProfileQuerySet, words: str) -> ProfileQuerySet:
    """Any word may match, in any form ("contracts" finds "contract"); better matches rank first."""
    query = _tsquery(words)
    vector = (
        SearchVector("user__name", weight="A", config="simple")
        + SearchVector("headline", weight="A", config="english")
        + SearchVector("about", weight="C", config="english")
    )
    named = Exists(_offering(name__in=_skills_named(words)))
    bonus = Case(When(named, then=Value(1.0)), default=Value(0.0))
    return found.annotate(text=vector, skill_named=named, match=Round(SearchRank(vector, query) + bonus, 2))


def _skills_named(words: str) -> list[str]:
    """The names of the skills that the words mention, in any of our languages."""
    in_english, in_german = SearchVector("name", config="english"), SearchVector("name_de", config="simple")
    by_words = Skill.objects.annotate(text=in_english + in_german)
    return list(by_words.filter(text=_tsquery(words)).values_list("name", flat=True))


def _tsquery(words: str) -> SearchQuery:
    parts = [f"{word}:*" if len(word) > 2 else word for word in re.findall(r"[^\W_]+", words.lower())]
    return SearchQuery(" | ".join(parts[:40]), search_type="raw", config="english")
