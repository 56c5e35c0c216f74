"""The directory of consultants, filtered by its URL."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.directory import demand, search
from accounts.models import ConsultantProfile
from accounts.profiles.prices import as_typed
from marketplace.core import rules
from marketplace.core.http import Request, client_address
from marketplace.core.time import now

KNOWN_LONGEST = 4000


@require_safe
def directory(request: Request) -> HttpResponse:
    skills = search.skills_in_use()
    filters, problems = search.parse(request.GET, skills)
    if filters.skill or filters.q:
        demand.note(skill_ids=search.skills_meant(filters, request.user), who=_who(request))
    found = search.search(filters).with_card()
    page, odd = _page(Paginator(found, rules.DIRECTORY_PAGE), request.GET.get("page", "1"))
    context = {
        "section": "directory",
        "filters": filters,
        "problems": problems + odd,
        "skills": skills,
        "skill_name": next((skill.label for skill in skills if skill.slug == filters.skill), ""),
        "languages": search.languages_in_use(),
        "typed_price": as_typed(filters.max_price),
        "page": page,
        "drops": search.what_to_drop(filters) if not page.paginator.count and filters.active else [],
        "free": search.free_count(),
        "now": now(),
        "topics": ["free:all", *(f"c:{profile.user_id}" for profile in page)],
        "known": ",".join(map(str, _known(filters, page))),
    }
    return render(request, "accounts/_results.html" if request.htmx else "accounts/directory.html", context)


def _who(request: Request) -> str:
    """A key for this browser, as precise as possible without a cookie."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"{client_address(request)} {request.headers.get('User-Agent')}"


def _known(filters: search.Filters, page: Page[ConsultantProfile]) -> list[int]:
    """The user ids that the reader has seen here or passed on the first page."""
    here = [profile.user_id for profile in page]
    passed = search.first_free(filters) if page.number > 1 else []
    return sorted({*here, *passed})


@require_safe
@never_cache
def more_free(request: Request) -> HttpResponse:
    """How many consultants are free now and not in the list on the page (`known`, user ids)."""
    filters, _ = search.parse(request.GET, search.skills_in_use())
    known = set(request.GET.get("known", "")[:KNOWN_LONGEST].split(","))
    ids, free = search.newly_free(filters)
    more = sum(str(user_id) not in known for user_id in ids)
    return render(request, "accounts/_more_free.html", {"filters": filters, "more": more, "free": free})


def _page(pages: Paginator[ConsultantProfile], wanted: str) -> tuple[Page[ConsultantProfile], list[str]]:
    """The requested page, or the nearest existing one with a sentence about it."""
    page = pages.get_page(wanted)
    if wanted == str(page.number):
        return page, []
    problem = gettext("This list has no page “{wanted}”. This is page {number}.")
    return page, [problem.format(wanted=wanted[:12], number=page.number)]
