"""A link that restores the previous e-mail address of an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class WayBack(models.Model):
    """A link mailed to the previous address; only a hash of its secret is stored.

    While the link is valid, no other account may take that address.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="ways_back", verbose_name=_("user"))
    email = models.EmailField(
        _("e-mail address"), max_length=254, db_index=True, help_text=_("the address that the link restores")
    )
    secret_hash = models.CharField(_("secret hash"), max_length=64, unique=True)
    opened_at = models.DateTimeField(_("opened at"))
    expires_at = models.DateTimeField(_("expires at"))
    closed_at = models.DateTimeField(
        _("closed at"), null=True, blank=True, help_text=_("when this link or an earlier one was used")
    )

    class Meta:
        verbose_name = _("way back")
        verbose_name_plural = _("ways back")

    def __str__(self) -> str:
        return f"{self.email} until {self.expires_at:%d %B}"
