"""The top-up form for pages of other apps, for a client who has too few credits to continue."""

from typing import Any

from django import template
from django.template import RequestContext

from wallet.payments.forms import fresh_form

register = template.Library()


@register.inclusion_tag("wallet/_top_up.html", takes_context=True)
def top_up_form(context: RequestContext, next_url: str, missing: int = 0) -> dict[str, Any]:
    """A form that proposes at least `missing` hundredths and continues to `next_url`; it shows its errors."""
    return {
        **fresh_form(missing).context(next_url),
        "fragment": True,
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }
