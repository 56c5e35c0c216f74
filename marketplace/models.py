"""The one table of the project itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Limit(models.Model):
    """How often a person or network did something in the current window (marketplace/core/limits.py)."""

    key = models.CharField(_("key"), max_length=120, primary_key=True)
    used = models.PositiveIntegerField(_("used"))
    until = models.DateTimeField(
        _("until"), db_index=True, help_text=_("when the window ends and the count begins again")
    )

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")

    def __str__(self) -> str:
        return f"{self.key}: {self.used} until {self.until:%H:%M}"
