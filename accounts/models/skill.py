"""What people can be asked about."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    """One subject in the directory's filter, such as "Tax" (slug `tax`)."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    name_de = models.CharField(
        _("German name"), max_length=60, blank=True, help_text=_("empty means the same as in English")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return str(getattr(self, f"name_{get_language()}", "") or self.name)
