"""The one table of the project itself."""

from django.db import models


class Limit(models.Model):
    """How often a person or network did something in the current window (marketplace/limits.py)."""

    key = models.CharField(max_length=120, primary_key=True)
    used = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True, help_text="when the window ends and the count begins again")

    def __str__(self) -> str:
        return f"{self.key}: {self.used} until {self.until:%H:%M}"
