"""Five more minutes: both people press; the second press holds the credits and moves the end."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from marketplace.core import rules
from sessions_app.calls.intervals import SILENT
from sessions_app.calls.moves import hold_row, note, show_engaged, tell
from sessions_app.errors import (
    CallOver,
    ConsultationError,
    ExtensionNeedsCredits,
    ExtensionNotPossible,
    ExtensionPaused,
    ExtensionTooEarly,
    ExtensionTooLate,
    NoMoreExtensions,
)
from sessions_app.models import CLIENT, CONSULTANT, Consultation, Extension
from sessions_app.states import State
from wallet import ledger
from wallet.errors import InsufficientCredits
from wallet.queries import balance

EXTEND_FROM = timedelta(seconds=rules.EXTEND_FROM_SECONDS)


def price_of_more(*, consultation: Consultation) -> int:
    """The additional hold of the next extension; three of them hold exactly one more price."""
    longer = consultation.bought_seconds + rules.EXTENSION_SECONDS
    return max(consultation.price * longer // rules.PRICE_SECONDS - consultation.held, 0)


def press_extend(*, consultation_id: uuid.UUID, user: User, number: int) -> Consultation:
    """This person wants extension `number`; if the other pressed before, it is held and the end moves.

    A press counts once, also when it comes twice or late for an extension that is agreed already.
    Raises CallOver, ExtensionTooEarly, ExtensionTooLate, ExtensionPaused, NoMoreExtensions; and, with what
    is missing for the client and without a word of it for the consultant, ExtensionNeedsCredits or
    ExtensionNotPossible.
    """
    try:
        return _press(consultation_id=consultation_id, user=user, number=number)
    except InsufficientCredits as short:
        consultation = _note_refused(consultation_id=consultation_id, user=user, number=number)
        if consultation.role_of(user) == CONSULTANT:
            raise ExtensionNotPossible from short
        raise ExtensionNeedsCredits(missing=short.fields["missing"]) from short


@transaction.atomic(durable=True)
def _press(*, consultation_id: uuid.UUID, user: User, number: int) -> Consultation:
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if _is_agreed(consultation, number):
        return consultation
    _refuse(consultation, number, stamp)
    extension = _store_press(consultation, user, number, stamp)
    if extension.client_pressed_at and extension.consultant_pressed_at:
        _agree(consultation, extension, user, stamp)
    elif consultation.role_of(user) == CLIENT:
        _need_credits(consultation, extension)
    tell(consultation=consultation)
    consultation.refresh_from_db()
    return consultation


def _is_agreed(consultation: Consultation, number: int) -> bool:
    return consultation.extensions.filter(number=number, agreed_at__isnull=False).exists()


def _refuse(consultation: Consultation, number: int, stamp: datetime) -> None:
    if consultation.is_final:
        raise CallOver
    if consultation.state == State.INTERRUPTED:
        raise ExtensionPaused
    ends_at, witnessed = consultation.ends_at, consultation.witnessed_until
    if consultation.state != State.LIVE or ends_at is None or witnessed is None:
        raise ExtensionTooEarly(seconds=rules.EXTEND_FROM_SECONDS)
    if stamp >= ends_at:
        raise ExtensionTooLate
    if stamp - witnessed > SILENT:
        raise ExtensionPaused  # a side is lost, only nobody has said so yet
    _refuse_number(consultation, number)
    if ends_at - stamp > EXTEND_FROM:
        raise ExtensionTooEarly(seconds=rules.EXTEND_FROM_SECONDS)


def _refuse_number(consultation: Consultation, number: int) -> None:
    agreed = consultation.extensions.filter(agreed_at__isnull=False).count()
    if agreed >= rules.EXTENSIONS_MAX:
        raise NoMoreExtensions(limit=rules.EXTENSIONS_MAX)
    if number != agreed + 1:
        raise ConsultationError


def _store_press(consultation: Consultation, user: User, number: int, stamp: datetime) -> Extension:
    """The row of this extension, locked with the consultation; the first press of each side counts."""
    amount = price_of_more(consultation=consultation)
    extension = consultation.extensions.filter(number=number).first() or Extension.objects.create(
        consultation=consultation, number=number, seconds=rules.EXTENSION_SECONDS, amount=amount
    )
    column = f"{consultation.role_of(user)}_pressed_at"
    empty = Extension.objects.filter(pk=extension.pk, **{f"{column}__isnull": True})
    if empty.update(**{column: stamp}):
        note(consultation=consultation, at=stamp, kind="extend_pressed", actor=user, reason=str(number))
        extension.refresh_from_db()
    return extension


def _agree(consultation: Consultation, extension: Extension, user: User, stamp: datetime) -> None:
    """Both pressed: the end moves and the credits are held, or nothing of it happens."""
    assert consultation.ends_at is not None
    ends_at = consultation.ends_at + timedelta(seconds=extension.seconds)
    same = Consultation.objects.filter(
        pk=consultation.pk, state=State.LIVE, bought_seconds=consultation.bought_seconds
    )
    moved = same.update(
        bought_seconds=consultation.bought_seconds + extension.seconds,
        held_extra=consultation.held_extra + extension.amount,
        ends_at=ends_at,
    )
    if not moved:
        raise ConsultationError
    Extension.objects.filter(pk=extension.pk, agreed_at__isnull=True).update(agreed_at=stamp, refused_at=None)
    note(consultation=consultation, at=stamp, kind="extended", actor=user, reason=str(extension.number))
    consultation.refresh_from_db()
    show_engaged(consultation=consultation)
    if extension.amount:  # short rules of a test may have held enough before
        _hold(consultation, extension, stamp)


def _hold(consultation: Consultation, extension: Extension, stamp: datetime) -> None:
    ledger.extend(
        client=f"user:{consultation.client_id}",
        consultation=consultation.reference,
        number=extension.number,
        amount=extension.amount,
        currency=consultation.currency,
        now=stamp,
    )


def _need_credits(consultation: Consultation, extension: Extension) -> None:
    """Refuse at the client's first press, so that no one agrees to an extension that cannot be paid."""
    available = spendable(consultation=consultation)
    if available < extension.amount:
        raise InsufficientCredits(
            available=available, needed=extension.amount, missing=extension.amount - available
        )


def spendable(*, consultation: Consultation) -> int:
    """The credits that the client could still hold; to be shown to the client only."""
    return balance(consultation.client_id).available


@transaction.atomic(durable=True)
def _note_refused(*, consultation_id: uuid.UUID, user: User, number: int) -> Consultation:
    """Record the refused attempt, so that the waiting side learns of it; a consultant's press stays valid."""
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if consultation.state != State.LIVE or _is_agreed(consultation, number):
        return consultation
    if consultation.role_of(user) == CONSULTANT:
        _store_press(consultation, user, number, stamp)
    tried = Extension.objects.filter(consultation=consultation, number=number, agreed_at__isnull=True)
    if tried.update(refused_at=stamp):
        note(consultation=consultation, at=stamp, kind="extend_refused", actor=user, reason=str(number))
        tell(consultation=consultation)
    return consultation
