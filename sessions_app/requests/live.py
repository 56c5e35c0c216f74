"""The topics of consultations in the live layer: `u` (requests to answer) and `q` (one consultation)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.template.loader import render_to_string

from accounts.models import User
from marketplace.core.time import now
from marketplace.live.registry import Ask, Element, Go, News
from sessions_app.models import Consultation, Engagement
from sessions_app.requests import place as requests
from sessions_app.requests.ringing import incoming_context, milliseconds, ring_context
from sessions_app.states import State


def incoming(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `u:<user id>`: the popups of requests that wait for this person's answer, and no others."""
    mine = {ask.viewer: ask for ask in asks if ask.key == str(ask.viewer)}
    news = {ask: News(only={"req-": []}) for ask in mine.values()}
    moment = now()
    rows = Consultation.objects.filter(
        consultant_id__in=mine, state=State.RINGING, expires_at__gt=moment
    ).with_people()
    for consultation in rows:
        found = news[mine[consultation.consultant_id]]
        context = incoming_context(consultation, moment)
        html = render_to_string("sessions_app/_incoming.html", context)
        found.els.append(Element(f"req-{consultation.pk}", 1, html))
        if consultation.ring_line:  # a note that was written in one tab is shown in the others too
            line = render_to_string("sessions_app/_ring_line.html", context)
            found.els.append(Element(f"line-{consultation.pk}", 1, line))
        found.only["req-"].append(f"req-{consultation.pk}")
    return news


def engaged(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `u:<user id>`: the line on every other page that leads back to an open consultation."""
    mine = {ask.viewer: ask for ask in asks if ask.viewer and ask.key == str(ask.viewer)}
    rows = Engagement.objects.filter(person_id__in=mine).select_related(
        "consultation__client", "consultation__consultant"
    )
    found = {row.person_id: row.consultation for row in rows}
    version = milliseconds(now())
    return {
        ask: News(els=[_way_back(person_id, found.get(person_id), version)])
        for person_id, ask in mine.items()
    }


def _way_back(person_id: int, consultation: Consultation | None, version: int) -> Element:
    is_consultant = consultation is not None and consultation.consultant_id == person_id
    popup = is_consultant and consultation is not None and consultation.state == State.RINGING
    context = {
        "person_id": person_id,
        "version": version,
        "consultation": None if popup else consultation,
        "is_consultant": is_consultant,
    }
    html = render_to_string("sessions_app/_way_back.html", context)
    return Element(f"engaged-{person_id}", version, html)


def progress(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `q:<uuid>`: the progress of a ringing request, then the way to the room or the final page."""
    keys = {key: ask for ask in asks if (key := _uuid(ask.key))}
    viewers = [ask.viewer for ask in asks]
    rows = {
        row.pk: row
        for row in Consultation.objects.filter(
            Q(client_id__in=viewers) | Q(consultant_id__in=viewers), pk__in=keys
        ).with_people()
    }
    moment = now()
    return {
        ask: _progress(rows[key], ask.viewer, moment)
        for ask in asks
        if (key := _uuid(ask.key)) in rows and ask.viewer in (rows[key].client_id, rows[key].consultant_id)
    }


def _progress(consultation: Consultation, viewer: int | None, moment: Any) -> News:
    el_id = f"consultation-{consultation.pk}"
    if consultation.state != State.RINGING:
        return News(go=[Go(consultation.get_absolute_url(), el_id, State.RINGING)])
    if viewer != consultation.client_id:
        return News()  # the consultant's page stays as it is until there is an answer
    context = ring_context(consultation, moment)
    html = render_to_string("sessions_app/_ringing.html", context)
    return News(els=[Element(el_id, context["ring_version"], html)])


def written(asks: Sequence[Ask]) -> Mapping[Ask, News]:
    """Topic `m:<uuid>`: nothing to render, because the sockets of the room read the messages themselves."""
    return {}


def delivered(user_id: int, frame: dict[str, Any]) -> None:
    """The frame `delivered`: the popup is on one of the consultant's screens."""
    if key := _uuid(frame.get("request")):
        person = User.objects.get(pk=user_id)
        if Consultation.objects.ringing_for(person).filter(pk=key, delivered_at__isnull=True).exists():
            requests.mark_delivered(consultation_id=key, user=person)


def seen(user_id: int, frame: dict[str, Any]) -> None:
    """The frame `seen`: the popup is on a visible screen."""
    if key := _uuid(frame.get("request")):
        person = User.objects.get(pk=user_id)
        if Consultation.objects.ringing_for(person).filter(pk=key, seen_at__isnull=True).exists():
            requests.mark_seen(consultation_id=key, user=person)


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
