"""What somebody typed into a call sheet before they were signed in."""

import uuid

from django.db import models


class Draft(models.Model):
    """The texts of one browser's sheet; its Django session knows the id, nothing else leads here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.TextField(blank=True)
    link = models.TextField(blank=True)
    snippet = models.TextField(blank=True)
    kept_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft of {self.kept_at:%d.%m. %H:%M}"  # without its words: logs and the admin show this
