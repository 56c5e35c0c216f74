"""A consultation, its people, its history and its witnessed seconds."""

from sessions_app.models.consultation import CLIENT, CONSULTANT, Consultation, Engagement
from sessions_app.models.drafts import Draft
from sessions_app.models.extensions import Extension
from sessions_app.models.history import ClockTick, Event, Interval, WebProcess
from sessions_app.models.messages import Attachment, FileType, Message

__all__ = [
    "CLIENT",
    "CONSULTANT",
    "Attachment",
    "ClockTick",
    "Consultation",
    "Draft",
    "Engagement",
    "Event",
    "Extension",
    "FileType",
    "Interval",
    "Message",
    "WebProcess",
]
