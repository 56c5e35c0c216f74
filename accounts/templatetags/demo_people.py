"""The demo people whom the sign-in page offers."""

from django import template

from accounts.models import User
from marketplace.core.http import demo_on

register = template.Library()
OFFERED = ("client@example.com", "consultant@example.com", "staff@example.com")


@register.simple_tag
def demo_people() -> list[User]:
    """The three demo accounts in the order of OFFERED, only while demo data is on."""
    if not demo_on():
        return []
    found = {
        person.email: person
        for person in User.objects.filter(email__in=OFFERED, is_demo=True, is_active=True)
    }
    return [found[email] for email in OFFERED if email in found]
