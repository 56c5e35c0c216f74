"""What a visitor typed into a call sheet before they signed in."""

import uuid

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """The texts of the sheet in one browser. Only the Django session of that browser knows the id."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.TextField(_("topic"), blank=True)
    link = models.TextField(_("link"), blank=True)
    snippet = models.TextField(_("snippet"), blank=True)
    kept_at = models.DateTimeField(_("kept at"), db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        # Without its text, because logs and the admin show this.
        return _("draft of {moment}").format(moment=date_format(localtime(self.kept_at), "DATETIME_FORMAT"))
