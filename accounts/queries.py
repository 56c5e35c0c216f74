"""The reads about people that the apps above may use."""

from accounts.readiness import Step, steps_to_online
from accounts.searches import people_lately

__all__ = ["Step", "people_lately", "steps_to_online"]
