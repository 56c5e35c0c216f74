"""What the apps above read about people."""

from accounts.readiness import steps_to_online

__all__ = ["steps_to_online"]
