"""The public page of a consultant."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import time_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import ConsultantProfile, FormerHandle, UsualHours
from accounts.models.profile import ProfileQuerySet
from accounts.profiles.forms import WEEKDAYS
from accounts.zones import in_words, is_zone
from marketplace.core import rules
from marketplace.core.http import Request
from marketplace.core.time import now


@require_safe
def profile(request: Request, handle: str) -> HttpResponse:
    found = _visible_to(request).with_card().filter(handle=handle).first()
    if found is None:
        return _former(request, handle)
    at = now()
    zone = found.user.time_zone if is_zone(found.user.time_zone) else "UTC"
    context = {
        "section": "directory",
        "profile": found,
        "own": request.user == found.user,
        "hours": usual_week(list(found.hours.all()), zone, at),
        "their_zone": in_words(zone, at),
        "your_zone": in_words(str(get_current_timezone()), at),
        "same_zone": _offset(zone, at) == _offset(str(get_current_timezone()), at),
        "free_seconds": rules.FREE_BELOW_SECONDS,
        "least_minutes": rules.MINIMUM_BILL_SECONDS // 60,
        "connect_seconds": rules.CONNECT_SECONDS,
        "now": at,
        "topics": [f"c:{found.user_id}"],
    }
    return render(request, "accounts/profile.html", context)


def _visible_to(request: Request) -> ProfileQuerySet:
    """The profiles that this visitor may see: approved ones, their own, and for staff all of them."""
    if request.user.is_staff:
        return ConsultantProfile.objects.all()
    public = ConsultantProfile.objects.public()
    if not request.user.is_authenticated:
        return public
    return public | ConsultantProfile.objects.filter(user=request.user)


def _former(request: Request, handle: str) -> HttpResponse:
    """Redirect a former handle to its profile, if the visitor may see that."""
    former = get_object_or_404(FormerHandle.objects.select_related("profile"), handle=handle)
    if not _visible_to(request).filter(pk=former.profile_id).exists():
        raise Http404
    return redirect(former.profile, permanent=True)


def usual_week(days: list[UsualHours], zone: str, at: datetime) -> list[dict[str, str]]:
    """The usual hours of the coming seven days in the reader's zone, the consultant's own beside them."""
    theirs, yours = ZoneInfo(zone), get_current_timezone()
    today = at.astimezone(theirs).date()
    by_day = {day.weekday: day for day in days}
    rows = []
    for ahead in range(7):
        date = today + timedelta(days=ahead)
        if day := by_day.get(date.weekday()):
            opens = datetime.combine(date, day.opens, theirs).astimezone(yours)
            closes = datetime.combine(date, day.closes, theirs).astimezone(yours)
            row = {"day": str(WEEKDAYS[opens.weekday()]), "yours": _from_to(opens.time(), closes.time())}
            rows.append(row | {"theirs": _from_to(day.opens, day.closes)})
    return rows


def _from_to(opens: time, closes: time) -> str:
    times = {"opens": time_format(opens, "TIME_FORMAT"), "closes": time_format(closes, "TIME_FORMAT")}
    return _("{opens} to {closes}").format(**times)


def _offset(zone: str, at: datetime) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()
