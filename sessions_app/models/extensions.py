"""More time for a running call: asked by each of the two, agreed when both have pressed."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from sessions_app.models.consultation import Consultation


class Extension(models.Model):
    """The first, second or third extension of one call, from the first press on it."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="extensions")
    number = models.PositiveSmallIntegerField()
    seconds = models.IntegerField()
    amount = models.BigIntegerField(help_text="what both were shown, and what is held for it in addition")
    client_pressed_at = models.DateTimeField(null=True, blank=True)
    consultant_pressed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True, help_text="the client's credits did not reach")
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="extension_number_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, seconds__gt=0, amount__gte=0), name="extension_sane"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True)
                | Q(client_pressed_at__isnull=False, consultant_pressed_at__isnull=False),
                name="extension_agreed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} extension {self.number}"

    def pressed_by(self, role: str) -> datetime | None:
        """When the client or the consultant pressed *Extend* for this one."""
        pressed: datetime | None = getattr(self, f"{role}_pressed_at")
        return pressed
