"""The consultant's desk: the switch, the numbers of today and the recent requests."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import ConsultantProfile, ProfileStatus, User
from accounts.queries import Step, people_lately, steps_to_online
from marketplace.core import rules
from marketplace.core.bidi import isolated
from marketplace.core.http import AuthedRequest
from marketplace.core.time import now
from sessions_app.models import Consultation
from sessions_app.states import State

RECENT = 8


@require_safe
@login_required
def desk(request: AuthedRequest) -> HttpResponse:
    """The desk of a consultant, or an offer to become one."""
    profile = ConsultantProfile.objects.with_card().filter(user=request.user).first()
    if profile is None:
        return render(request, "sessions_app/desk_offer.html", {"section": "desk"})
    moment = now()
    recent = _recent(request.user)
    context = {
        "section": "desk",
        "profile": profile,
        "greeting": _greeting(request.user, moment),
        "missing": _missing(profile),
        "today": _totals(request.user, since=_midnight(moment)),
        "week": _totals(request.user, since=moment - timedelta(days=7)),
        "recent": recent,
        "searched": 0 if recent else people_lately(skill.pk for skill in profile.skills.all()),
        "topics": [f"c:{profile.user_id}"],
        "demo_hint": settings.DEMO,
        "ring_seconds": rules.RING_SECONDS,
        "switch_hours": rules.SWITCH_MAX_SECONDS // 3600,
        "switch_minutes": rules.SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS // 60,
    }
    return render(request, "sessions_app/desk.html", context)


def _missing(profile: ConsultantProfile) -> list[Step]:
    """The steps that are missing before *Go online*; an approved page is complete by definition."""
    approved = profile.status == ProfileStatus.APPROVED
    return [
        step
        for step in steps_to_online(profile)
        if not step.done and (step.anchor == "email" or not approved)
    ]


def _totals(user: User, *, since: datetime) -> dict[str, Any]:
    """The calls that ended since then and their pay, and how many requests arrived and were accepted."""
    mine = Consultation.objects.filter(consultant=user, requested_at__gte=since)
    return mine.aggregate(
        talks=Count("pk", filter=Q(state=State.ENDED)),
        earned=Sum(F("bill") - F("fee"), default=0),
        seconds=Sum("joint_seconds", default=0),
        asked=Count("pk"),
        taken=Count("pk", filter=Q(accepted_at__isnull=False)),
    )


def _recent(user: User) -> list[Consultation]:
    mine = Consultation.objects.filter(consultant=user).select_related("client")
    return list(mine.order_by("-requested_at")[:RECENT])


def _midnight(moment: datetime) -> datetime:
    """The start of the person's own day."""
    here = timezone.localtime(moment)
    return datetime.combine(here.date(), time(), tzinfo=here.tzinfo)


def _greeting(user: User, moment: datetime) -> str:
    hour = timezone.localtime(moment).hour
    if hour < 5 or hour >= 18:
        words = _("Good evening, {name}")
    else:
        words = _("Good morning, {name}") if hour < 12 else _("Good afternoon, {name}")
    return format_html(words, name=isolated(user.first_name))
