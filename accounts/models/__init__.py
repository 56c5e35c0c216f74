"""Who people are, and what they offer."""

from accounts.models.email_code import EmailCode
from accounts.models.profile import ConsultantProfile, FormerHandle, ProfileStatus, Shown, UsualHours
from accounts.models.skill import Skill
from accounts.models.user import User
from accounts.models.way_back import WayBack

__all__ = [
    "ConsultantProfile",
    "EmailCode",
    "FormerHandle",
    "ProfileStatus",
    "Shown",
    "Skill",
    "User",
    "UsualHours",
    "WayBack",
]
