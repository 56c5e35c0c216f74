"""More time for a running call. It is agreed when both people have pressed *Extend*."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sessions_app.models.consultation import Consultation


class Extension(models.Model):
    """The first, second or third extension of one call; the row is created at the first press."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, verbose_name=_("consultation"), related_name="extensions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    seconds = models.IntegerField(_("seconds"))
    amount = models.BigIntegerField(
        _("amount"), help_text=_("the amount that both were shown, held in addition to the price")
    )
    client_pressed_at = models.DateTimeField(_("client pressed at"), null=True, blank=True)
    consultant_pressed_at = models.DateTimeField(_("consultant pressed at"), null=True, blank=True)
    refused_at = models.DateTimeField(
        _("refused at"), null=True, blank=True, help_text=_("when the client did not have enough credits")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
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
        return _("extension {number}").format(number=self.number)

    def pressed_by(self, role: str) -> datetime | None:
        """When the client or the consultant pressed *Extend* for this one."""
        pressed: datetime | None = getattr(self, f"{role}_pressed_at")
        return pressed
