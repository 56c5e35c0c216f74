"""What the admin pages of every app share."""

from django.db.models import Model
from django.http import HttpRequest


class ReadOnly:
    """No add, no change, no delete, whoever asks: money and state move by services alone."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
