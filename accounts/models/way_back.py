"""A link that restores the previous e-mail address of an account."""

from django.db import models

from accounts.models.user import User


class WayBack(models.Model):
    """A link mailed to the previous address; only a hash of its secret is stored.

    While the link is valid, no other account may take that address.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="ways_back")
    email = models.EmailField(max_length=254, db_index=True, help_text="the address it leads back to")
    secret_hash = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, help_text="it was used, or an earlier one was")

    def __str__(self) -> str:
        return f"{self.email} until {self.expires_at:%d %B}"
