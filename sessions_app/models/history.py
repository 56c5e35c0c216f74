"""The history of a consultation, and the heartbeats of the deadline loop and the web processes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sessions_app.models.consultation import Consultation


class Event(models.Model):
    """One move or fact of a consultation, written in the same transaction as the move."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, verbose_name=_("consultation"), related_name="events"
    )
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=20)
    from_state = models.CharField(_("from state"), max_length=12, blank=True)
    to_state = models.CharField(_("to state"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind}"


class Interval(models.Model):
    """A stretch of joint time; it is open while `ended_at` is empty."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, verbose_name=_("consultation"), related_name="intervals"
    )
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("interval")
        verbose_name_plural = _("intervals")
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
        until = f"{self.ended_at:%H:%M:%S}" if self.ended_at else ""
        return f"{self.started_at:%H:%M:%S}–{until}"


class ClockTick(models.Model):
    """One row: when the deadline loop last ran. It distinguishes an outage from two silent people."""

    id = models.SmallIntegerField(_("id"), primary_key=True, default=1)
    ticked_at = models.DateTimeField(_("ticked at"))
    outage_from = models.DateTimeField(_("outage from"), null=True, blank=True)
    outage_until = models.DateTimeField(_("outage until"), null=True, blank=True)

    class Meta:
        verbose_name = _("clock tick")
        verbose_name_plural = _("clock ticks")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="clock_one_row")]

    def __str__(self) -> str:
        return f"{self.ticked_at}"


class WebProcess(models.Model):
    """One run of a web process: its last heartbeat, and its last outage before that."""

    id = models.UUIDField(_("id"), primary_key=True)
    started_at = models.DateTimeField(_("started at"))
    alive_at = models.DateTimeField(_("alive at"))
    silent_from = models.DateTimeField(_("silent from"), null=True, blank=True)
    silent_until = models.DateTimeField(_("silent until"), null=True, blank=True)

    class Meta:
        verbose_name = _("web process")
        verbose_name_plural = _("web processes")

    def __str__(self) -> str:
        return f"{self.started_at:%H:%M:%S}–{self.alive_at:%H:%M:%S}"
