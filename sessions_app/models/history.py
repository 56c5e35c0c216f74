"""What happened and when: moves, witnessed seconds, and that the clock and the web processes ran."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sessions_app.models.consultation import Consultation


class Event(models.Model):
    """One move or fact of a consultation, written in the transaction of the move."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind}"


class Interval(models.Model):
    """A stretch of joint time; it is open while `ended_at` is empty."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="intervals")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(ended_at__isnull=True), name="interval_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="interval_forwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%H:%M:%S} to {self.ended_at:%H:%M:%S}" if self.ended_at else "open"


class ClockTick(models.Model):
    """One row: when the deadline loop last ran, so that an outage can be told from a silence."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    ticked_at = models.DateTimeField()
    outage_from = models.DateTimeField(null=True, blank=True)
    outage_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="clock_one_row")]

    def __str__(self) -> str:
        return f"{self.ticked_at}"


class WebProcess(models.Model):
    """One run of a web process: when it last said that it is alive, and its last silence before that."""

    id = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField()
    alive_at = models.DateTimeField()
    silent_from = models.DateTimeField(null=True, blank=True)
    silent_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"since {self.started_at:%H:%M:%S}, alive at {self.alive_at:%H:%M:%S}"
