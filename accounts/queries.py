"""The reads about people that the apps above may use."""

from accounts.directory.demand import people_lately
from accounts.profiles.readiness import Step, steps_to_online

__all__ = ["Step", "people_lately", "steps_to_online"]
