"""A consultation, its people, its history and its witnessed seconds."""

from sessions_app.models.consultation import CLIENT, CONSULTANT, Consultation, Engagement
from sessions_app.models.history import ClockTick, Event, Interval

__all__ = ["CLIENT", "CONSULTANT", "ClockTick", "Consultation", "Engagement", "Event", "Interval"]
