"""A call in text, where video does not work: it begins when both have pressed *Continue in text*."""

import uuid

from django.db import transaction

from accounts.models import User
from sessions_app.calls.moves import hold_row, note, tell
from sessions_app.errors import CallOver
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.models.consultation import TEXT, VIDEO
from sessions_app.states import IN_ROOM


@transaction.atomic(durable=True)
def agree_text(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """This person wants to continue in text; with the other's press it is a text call from now on.

    The clock and the bill stay the same. A second press changes nothing. Raises CallOver.
    """
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if not consultation.in_room:
        raise CallOver
    column = f"{consultation.role_of(user)}_text_at"
    if consultation.in_text or getattr(consultation, column):
        return consultation
    Consultation.objects.filter(pk=consultation.pk).update(**{column: stamp}, text_declined_by="")
    note(consultation=consultation, at=stamp, kind="text_pressed", actor=user)
    both = {"client_text_at__isnull": False, "consultant_text_at__isnull": False}
    room = Consultation.objects.filter(pk=consultation.pk, state__in=IN_ROOM, mode=VIDEO)
    if room.filter(**both).update(mode=TEXT):
        note(consultation=consultation, at=stamp, kind="text_agreed", actor=user)
    return _told(consultation)


@transaction.atomic(durable=True)
def decline_text(*, consultation_id: uuid.UUID, user: User) -> Consultation:
    """Withdraw the question, whichever side asked it; it may be asked again. Raises CallOver."""
    consultation, stamp = hold_row(consultation_id=consultation_id, user=user)
    if not consultation.in_room:
        raise CallOver
    asked = {role for role in (CLIENT, CONSULTANT) if getattr(consultation, f"{role}_text_at")}
    if consultation.in_text or not asked:
        return consultation
    role = consultation.role_of(user)
    Consultation.objects.filter(pk=consultation.pk, mode=VIDEO).update(
        client_text_at=None, consultant_text_at=None, text_declined_by="" if role in asked else role
    )
    note(consultation=consultation, at=stamp, kind="text_declined", actor=user)
    return _told(consultation)


def _told(consultation: Consultation) -> Consultation:
    tell(consultation=consultation)
    consultation.refresh_from_db()
    return consultation
