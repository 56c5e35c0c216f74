"""A request from the sheet to its answer. The price is held in the transaction that creates it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.availability import leases as presence
from accounts.availability.engaged import missed_ring, set_engaged
from accounts.models import ConsultantProfile, User
from marketplace.core import limits, rules
from marketplace.core.time import now
from sessions_app.calls.moves import hold_row, move, note, tell
from sessions_app.calls.settlement import release
from sessions_app.errors import (
    AlreadyInConsultation,
    ConsultantBusy,
    ConsultantOffline,
    DemoConsultant,
    LineMissing,
    LineTooLong,
    LinkNotUsable,
    OwnConsultant,
    PriceChanged,
    RequestOver,
    SentToAnother,
    SnippetTooLong,
    TopicMissing,
    TopicTooLong,
    UnknownReason,
)
from sessions_app.models import Consultation, Engagement, Event
from sessions_app.states import SET_AWAY, State
from wallet import ledger

DECLINE_REASONS = {
    "busy": _("busy right now"),
    "not_my_subject": _("not my subject"),
    "needs_longer": _("needs longer than a quarter of an hour"),
    "other": _("another reason"),
}
TERMS_SALT = "sessions_app.terms"
is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Question:
    """The client's topic, link and text; `asked` checks and trims them."""

    topic: str
    link: str = ""
    snippet: str = ""


def asked(*, topic: str, link: str = "", snippet: str = "") -> Question:
    """The question, trimmed; raises TopicMissing, TopicTooLong, SnippetTooLong or LinkNotUsable."""
    topic, link = " ".join(topic.split()), link.strip()
    if not topic:
        raise TopicMissing
    if len(topic) > rules.TOPIC_MAX_LENGTH:
        raise TopicTooLong(length=len(topic), limit=rules.TOPIC_MAX_LENGTH)
    if len(snippet) > rules.SNIPPET_MAX_LENGTH:
        raise SnippetTooLong(length=len(snippet), limit=rules.SNIPPET_MAX_LENGTH)
    try:
        if link:
            is_web_address(link)
    except ValidationError:
        raise LinkNotUsable from None
    if len(link) > 500:
        raise LinkNotUsable
    return Question(topic, link, snippet)


def terms_for(*, profile: ConsultantProfile) -> str:
    """A signed note of the price that a sheet shows; it is compared, never charged."""
    return signing.dumps([profile.pk, profile.price, rules.FEE_BPS], salt=TERMS_SALT)


def request_call(
    *,
    client: User,
    profile: ConsultantProfile,
    topic: str,
    link: str,
    snippet: str,
    request_key: uuid.UUID,
    terms: str,
) -> Consultation:
    """Hold the price and ring; a repeated `request_key` gives the same consultation.

    Raises the errors of `asked`, SentToAnother for a key that was used for another consultant,
    OwnConsultant, DemoConsultant, ConsultantOffline, ConsultantBusy, AlreadyInConsultation, PriceChanged,
    limits.TooMany, wallet.errors.InsufficientCredits.
    """
    question = asked(topic=topic, link=link, snippet=snippet)
    if same := _same_request(client, profile, request_key):
        return same
    _refuse_uncallable(client, profile)
    _refuse_other_price(profile, terms)
    _refuse_floods(client)
    return place_request(client=client, profile=profile, question=question, request_key=request_key)


def place_request(
    *, client: User, profile: ConsultantProfile, question: Question, request_key: uuid.UUID
) -> Consultation:
    """The transaction of `request_call`, without asking whether the consultant's browser is reachable."""
    try:
        return _open(client, profile, question, request_key)
    except IntegrityError as conflict:
        if "consultation_request_key_once" not in str(conflict):
            raise
        if same := _same_request(client, profile, request_key):
            return same
        raise


@transaction.atomic(durable=True)
def _open(client: User, profile: ConsultantProfile, question: Question, key: uuid.UUID) -> Consultation:
    stamp = now()
    current = ConsultantProfile.objects.select_related("user").get(pk=profile.pk)
    if current.price != profile.price:  # saved after it was compared with the price that was shown
        raise PriceChanged
    expires_at = stamp + timedelta(seconds=rules.RING_SECONDS)
    consultation = Consultation.objects.create(
        client=client,
        consultant_id=current.user_id,
        request_key=key,
        topic=question.topic,
        link=question.link,
        snippet=question.snippet,
        price=current.price,
        fee_bps=rules.FEE_BPS,
        free_below_seconds=rules.FREE_BELOW_SECONDS,
        minimum_bill_seconds=rules.MINIMUM_BILL_SECONDS,
        currency=settings.WALLET_CURRENCY,
        bought_seconds=rules.BOUGHT_SECONDS,
        requested_at=stamp,
        expires_at=expires_at,
    )
    _engage(consultation, current, stamp)
    tell(consultation=consultation)  # news is sent in this order: the request before the availability
    set_engaged(person_ids=[client.pk, current.user_id], until=expires_at)
    Event.objects.create(
        consultation=consultation, at=stamp, actor=client, kind="requested", to_state=State.RINGING
    )
    ledger.hold(
        client=f"user:{client.pk}",
        consultation=consultation.reference,
        amount=consultation.price,
        currency=consultation.currency,
        now=stamp,
    )
    return consultation


def _engage(consultation: Consultation, profile: ConsultantProfile, stamp: datetime) -> None:
    """One row for each of the two, in ascending order of person, so that two requests cannot deadlock."""
    for person_id in sorted((consultation.client_id, consultation.consultant_id)):
        try:
            Engagement.objects.create(person_id=person_id, consultation=consultation)
        except IntegrityError:
            if person_id == consultation.client_id:
                raise AlreadyInConsultation from None
            raise ConsultantBusy(name=profile.user.first_name) from None
    # Read after both rows are inserted, so that a switch turned off, a pause or a missed request is seen.
    if not presence.may_ring(profile, stamp):
        raise ConsultantOffline(name=profile.user.first_name)


def _same_request(client: User, profile: ConsultantProfile, request_key: uuid.UUID) -> Consultation | None:
    mine = Consultation.objects.filter(client=client, request_key=request_key).select_related("consultant")
    same = mine.first()
    if same is not None and same.consultant_id != profile.user_id:
        raise SentToAnother(other=same.consultant.first_name, name=profile.user.first_name)
    return same


def _refuse_uncallable(client: User, profile: ConsultantProfile) -> None:
    name = profile.user.first_name
    if profile.user_id == client.pk:
        raise OwnConsultant
    if profile.demo_lease:
        raise DemoConsultant(who=name, **settings.DEMO_CALLABLE)
    if Engagement.objects.filter(person=client).exists():
        raise AlreadyInConsultation
    if Engagement.objects.filter(person_id=profile.user_id).exists():
        raise ConsultantBusy(name=name)
    if not presence.callable_now(profile, now()):
        raise ConsultantOffline(name=name)


def _refuse_other_price(profile: ConsultantProfile, terms: str) -> None:
    try:
        shown = signing.loads(terms, salt=TERMS_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        raise PriceChanged from None
    profile.refresh_from_db(fields=["price"])
    if shown != [profile.pk, profile.price, rules.FEE_BPS]:
        raise PriceChanged


def _refuse_floods(client: User) -> None:
    who = str(client.pk)
    limits.count(what="request", who=who, limit=rules.REQUESTS_PER_10_MINUTES, seconds=600)
    limits.count(what="request-day", who=who, limit=rules.REQUESTS_PER_DAY, seconds=86_400)


@transaction.atomic(durable=True)
def accept(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """The consultant takes the request; raises RequestOver if it is answered, cancelled or too late.

    Pressing twice gives the same answer twice.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if consultation.consultant_id == user.pk and consultation.in_room:
        return consultation
    _refuse_answer(consultation, user, stamp)
    live_by = stamp + timedelta(seconds=rules.CONNECT_SECONDS)
    return move(
        consultation=consultation,
        to=State.ACCEPTED,
        at=stamp,
        kind="accepted",
        actor=user,
        accepted_at=stamp,
        live_by=live_by,
    )


@transaction.atomic(durable=True)
def decline(*, consultation_id: uuid.UUID, user: User, reason: str) -> Consultation:
    """The consultant says no (`reason` of DECLINE_REASONS); everything held goes back.

    Raises UnknownReason, and RequestOver if it is answered, cancelled or too late.
    """
    if reason not in DECLINE_REASONS:
        raise UnknownReason
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if consultation.consultant_id == user.pk and consultation.state == State.DECLINED:
        return consultation
    _refuse_answer(consultation, user, stamp)
    return release(
        consultation=consultation,
        to=State.DECLINED,
        at=stamp,
        kind="declined",
        actor=user,
        reason=reason,
        decline_reason=reason,
    )


@transaction.atomic(durable=True)
def cancel(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """The client cancels while it rings, either side before it is live; free of charge.

    At the end of the ringing time it was missed, whether or not something has expired it yet.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if consultation.state == State.CANCELLED:
        return consultation
    if consultation.state != State.ACCEPTED:
        _refuse_over(consultation, is_theirs=consultation.client_id == user.pk)
        if stamp >= consultation.expires_at:
            return _expired(consultation, stamp)
    return release(consultation=consultation, to=State.CANCELLED, at=stamp, kind="cancelled", actor=user)


@transaction.atomic(durable=True)
def reply(*, consultation_id: uuid.UUID, user: User, line: str) -> Consultation:
    """Show the client the consultant's note (`line`) while the request keeps ringing; nothing else changes.

    The first note stays, even if another one is sent. Raises LineMissing, LineTooLong, and RequestOver if it
    is answered, cancelled or too late.
    """
    words = " ".join(line.split())
    if not words:
        raise LineMissing
    if len(words) > rules.RING_LINE_MAX_LENGTH:
        raise LineTooLong(length=len(words), limit=rules.RING_LINE_MAX_LENGTH)
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    _refuse_answer(consultation, user, stamp)
    ringing = Consultation.objects.ringing_for(user).filter(pk=consultation_id)
    if ringing.filter(ring_line="").update(ring_line=words):
        note(consultation=consultation, at=stamp, kind="replied", actor=user)
        tell(consultation=consultation)
    consultation.refresh_from_db()
    return consultation


def _refuse_answer(consultation: Consultation, user: User, stamp: datetime) -> None:
    _refuse_over(consultation, is_theirs=consultation.consultant_id == user.pk)
    if stamp >= consultation.expires_at:  # missed, although nothing has expired it yet
        raise RequestOver


def _refuse_over(consultation: Consultation, *, is_theirs: bool) -> None:
    if not is_theirs or consultation.state != State.RINGING:
        raise RequestOver


@transaction.atomic(durable=True)
def expire(*, consultation_id: uuid.UUID) -> Consultation:
    """Nobody answered in time: a consultant who was rung is set away, and everything held goes back.

    Raises RequestOver if somebody answered, or if the time is not over.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id)
    if consultation.state != State.RINGING or stamp < consultation.expires_at:
        raise RequestOver
    return _expired(consultation, stamp)


def _expired(consultation: Consultation, stamp: datetime) -> Consultation:
    _set_away(consultation, stamp)
    return release(consultation=consultation, to=State.EXPIRED, at=stamp, kind="expired")


def _set_away(consultation: Consultation, stamp: datetime) -> None:
    """Set the consultant to Away, but only if the request was on one of their screens."""
    if consultation.delivered_at is None:
        return
    caller_id, missed_by = consultation.client_id, consultation.consultant_id
    if missed_ring(user_id=missed_by, caller_id=caller_id, at=stamp):
        note(consultation=consultation, at=stamp, kind=SET_AWAY)


@transaction.atomic(durable=True)
def mark_delivered(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """The popup reached one of the consultant's screens; the first time counts."""
    return _mark(consultation_id, user, "delivered")


@transaction.atomic(durable=True)
def mark_seen(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """The popup was on a visible screen; the first time counts."""
    return _mark(consultation_id, user, "seen")


def _mark(consultation_id: uuid.UUID, user: User, kind: str) -> Consultation:
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    mine = Consultation.objects.ringing_for(user).filter(pk=consultation_id)
    if mine.filter(**{f"{kind}_at__isnull": True}).update(**{f"{kind}_at": stamp}):
        note(consultation=consultation, at=stamp, kind=kind, actor=user)
        tell(consultation=consultation)
        consultation.refresh_from_db()
    return consultation
