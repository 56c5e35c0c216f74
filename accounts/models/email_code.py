"""The code that proves an e-mail address: one row a person, the newest code only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class EmailCode(models.Model):
    """A mailed code; only its keyed hash is stored, with an expiry time and a number of tries."""

    user = models.OneToOneField(User, models.CASCADE, related_name="email_code", verbose_name=_("user"))
    email = models.EmailField(
        _("e-mail address"), max_length=254, help_text=_("the address that the code confirms")
    )
    code_hash = models.CharField(_("code hash"), max_length=64)
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("expires at"))
    tries_left = models.PositiveSmallIntegerField(_("tries left"))

    class Meta:
        verbose_name = _("e-mail code")
        verbose_name_plural = _("e-mail codes")

    def __str__(self) -> str:
        return f"{self.email} until {self.expires_at:%H:%M}"
