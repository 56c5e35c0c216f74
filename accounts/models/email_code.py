"""The code that proves an e-mail address: one row a person, the newest code only."""

from django.db import models

from accounts.models.user import User


class EmailCode(models.Model):
    """A mailed code; only its keyed hash is stored, with an expiry time and a number of tries."""

    user = models.OneToOneField(User, models.CASCADE, related_name="email_code")
    email = models.EmailField(max_length=254, help_text="the address that the code proves")
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.email} until {self.expires_at:%H:%M}"
