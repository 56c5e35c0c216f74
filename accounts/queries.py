"""What the apps above read about people."""

from accounts.readiness import Step, steps_to_online

__all__ = ["Step", "steps_to_online"]
