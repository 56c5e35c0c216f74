"""The messages of a consultation, as frames for sockets and as lines for pages."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sessions_app.chat.markup import Piece, pieces
from sessions_app.models import CLIENT, CONSULTANT, Attachment, Consultation, Message

if TYPE_CHECKING:
    from accounts.models import User

PAGE = 200  # also in chat_thread.js, which asks for the next page after so many messages


def frames_after(*, consultation_id: uuid.UUID, number: int) -> list[dict[str, Any]]:
    """The next page of messages after that number, in order, as `text` frames."""
    rows = Message.objects.filter(consultation_id=consultation_id).after(number)
    return [frame_of(message) for message in rows.select_related("consultation", "file")[:PAGE]]


def frame_of(message: Message) -> dict[str, Any]:
    """One message as the frame `text`; `at` in milliseconds."""
    by_client = message.author_id == message.consultation.client_id
    return {
        "t": "text",
        "n": message.number,
        "id": str(message.client_id),
        "from": CLIENT if by_client else CONSULTANT,
        "text": message.text,
        "at": int(message.sent_at.timestamp() * 1000),
        "file": _file(message.file) if hasattr(message, "file") else None,
    }


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "url": file.get_absolute_url(),
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "first_frame": file.first_frame,
    }


@dataclass(frozen=True)
class Line:
    """A message as a page shows it to one of the two; `headed` if author and time are shown above it."""

    message: Message
    mine: bool
    headed: bool

    @property
    def at(self) -> datetime:
        return self.message.sent_at

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.message.text)

    @property
    def file(self) -> Attachment | None:
        return getattr(self.message, "file", None)


def written_in(*, consultation: Consultation, reader: "User") -> list[Line]:
    """The whole conversation, for one of its two people; empty if nothing was written."""
    lines: list[Line] = []
    for message in Message.objects.filter(consultation=consultation).after(0):
        mine = message.author_id == reader.pk
        before = lines[-1] if lines else None
        headed = before is None or before.mine != mine or _minute(before.at) != _minute(message.sent_at)
        lines.append(Line(message, mine, headed))
    return lines


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
