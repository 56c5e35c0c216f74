"""The chat of a consultation: each message of the two people is kept once, in one order."""

import unicodedata
import uuid
from datetime import datetime, timedelta
from math import ceil

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Sum

from accounts.models import User
from marketplace.core import rules
from marketplace.core.time import now
from marketplace.live import publish
from sessions_app.calls.moves import hold_row
from sessions_app.chat.files import CheckedFile
from sessions_app.errors import (
    ChatClosed,
    ChatNotOpen,
    MessageEmpty,
    MessageIdTaken,
    MessagesTooFast,
    MessageTooLong,
    NoRoomForFiles,
    NoSuchConsultation,
)
from sessions_app.models import Attachment, Consultation, Message
from sessions_app.models.messages import private_files, stored_name
from sessions_app.states import State

PER = timedelta(seconds=10)
CHAT_TOPIC = "m"  # news of `m:<consultation>`: there is a message that a page may not have


def say(*, consultation_id: uuid.UUID, user: User, client_id: uuid.UUID, text: str) -> Message:
    """Keep one message; the same id sent again gives the same message.

    Raises NoSuchConsultation (also for a stranger), ChatNotOpen, ChatClosed, MessageEmpty,
    MessageTooLong, MessagesTooFast, and MessageIdTaken if that id was used for something else.
    """
    words = cleaned(text)
    if not words:
        raise MessageEmpty
    _refuse_too_long(words)
    return _keep(consultation_id=consultation_id, user=user, client_id=client_id, text=words)


def given_before(
    *, consultation_id: uuid.UUID, user: User, client_id: uuid.UUID, text: str, name: str, digest: str
) -> Message | None:
    """Before a file is decoded: the message that it came with already, or None if it may be given.

    Raises what `give` raises. Nothing is held here; `give` looks again and decides.
    """
    words = cleaned(text)
    _refuse_too_long(words)
    consultation = Consultation.objects.of(user).filter(pk=consultation_id).first()
    if consultation is None:
        raise NoSuchConsultation
    said = _said(consultation, user, client_id)
    if said is not None:
        return _same(said, words, digest)
    _refuse_closed(consultation, at := now())
    _refuse_too_fast(consultation, user, at)
    _refuse_too_many_files(consultation, name, 1)  # its size is known once it is redrawn
    return None


def give(
    *, consultation_id: uuid.UUID, user: User, client_id: uuid.UUID, text: str, file: CheckedFile
) -> Message:
    """Keep a message with a file (see `files.check_file`); its words may be empty.

    Raises what `say` raises, and NoRoomForFiles.
    """
    words = cleaned(text)
    _refuse_too_long(words)
    if not Consultation.objects.of(user).filter(pk=consultation_id).exists():
        raise NoSuchConsultation
    unsaved = Attachment(consultation_id=consultation_id, type=file.type)
    # Before the transaction, because a slow disk must not keep the consultation's row locked. The file is
    # deleted again if the message is refused.
    stored = private_files().save(name=stored_name(unsaved, file.name), content=ContentFile(file.content))
    kept = None
    try:
        kept = _keep(
            consultation_id=consultation_id,
            user=user,
            client_id=client_id,
            text=words,
            file=file,
            stored=stored,
        )
    finally:
        if kept is None or kept.file.stored.name != stored:
            private_files().delete(stored)
    return kept


def cleaned(text: str) -> str:
    """The text as it is kept: one kind of line end, no control characters, no empty lines around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))
    return "".join(kept).strip("\n").rstrip()


@transaction.atomic(durable=True)
def _keep(
    *,
    consultation_id: uuid.UUID,
    user: User,
    client_id: uuid.UUID,
    text: str,
    file: CheckedFile | None = None,
    stored: str = "",
) -> Message:
    # The row is locked, so numbers have no gaps and each one is visible only after all lower ones.
    consultation, at = hold_row(consultation_id=consultation_id, user=user)
    said = _said(consultation, user, client_id)
    if said is not None:
        return _same(said, text, file.digest if file else None)
    _refuse_closed(consultation, at)
    _refuse_too_fast(consultation, user, at)
    if file is not None:
        _refuse_too_many_files(consultation, file.name, len(file.content))
    last = consultation.messages.aggregate(last=Max("number"))["last"] or 0
    message = Message.objects.create(
        consultation=consultation,
        number=last + 1,
        author=user,
        client_id=client_id,
        text=text,
        sent_at=at,
    )
    if file is not None:
        _attach(message, file, stored)
    publish.after_commit(f"{CHAT_TOPIC}:{consultation.pk}")
    return message


def _said(consultation: Consultation, user: User, client_id: uuid.UUID) -> Message | None:
    known = consultation.messages.filter(author=user, client_id=client_id)
    return known.select_related("file").first()


def _same(said: Message, text: str, digest: str | None) -> Message:
    """The message that is there, if this is the same one."""
    kept = said.file.digest if hasattr(said, "file") else None
    if (said.text, kept) != (text, digest):
        raise MessageIdTaken
    return said


def _attach(message: Message, file: CheckedFile, stored: str) -> None:
    Attachment.objects.create(
        message=message,
        consultation_id=message.consultation_id,
        name=file.name,
        type=file.type,
        size=len(file.content),
        width=file.width,
        height=file.height,
        first_frame=file.first_frame,
        digest=file.digest,
        stored=stored,
    )


def _refuse_too_long(text: str) -> None:
    if len(text) > rules.MESSAGE_MAX_LENGTH:
        raise MessageTooLong(length=len(text), limit=rules.MESSAGE_MAX_LENGTH)


def _refuse_closed(consultation: Consultation, at: datetime) -> None:
    if consultation.state == State.RINGING:
        raise ChatNotOpen
    if not consultation.open_at(at):
        raise ChatClosed


def _refuse_too_fast(consultation: Consultation, user: User, at: datetime) -> None:
    recent = consultation.messages.filter(author=user, sent_at__gt=at - PER)
    stamps = list(recent.order_by("-number").values_list("sent_at", flat=True))
    if len(stamps) >= rules.MESSAGES_PER_10_SECONDS:
        free_at = stamps[rules.MESSAGES_PER_10_SECONDS - 1] + PER
        raise MessagesTooFast(seconds=max(ceil((free_at - at).total_seconds()), 1))


def _refuse_too_many_files(consultation: Consultation, name: str, size: int) -> None:
    kept = consultation.files.aggregate(all=Sum("size"))["all"] or 0
    full = consultation.files.count() >= rules.FILES_PER_CONSULTATION
    if full or kept + size > rules.FILES_MAX_BYTES:
        limit = rules.FILES_MAX_BYTES // 1_000_000
        raise NoRoomForFiles(name=name, count=rules.FILES_PER_CONSULTATION, limit=limit)
