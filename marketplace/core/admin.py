"""Shared parts of every app's admin pages."""

from django.db.models import Model
from django.http import HttpRequest


class ReadOnly:
    """Forbids adding, changing and deleting, to everyone: only services change money and states."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
