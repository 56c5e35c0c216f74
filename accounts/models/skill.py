"""What people can be asked about."""

from django.db import models


class Skill(models.Model):
    """One subject in the directory's filter, such as "Tax" (slug `tax`)."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
