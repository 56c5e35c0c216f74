"""The top-up form for pages of other apps, where somebody has too few credits to go on."""

from typing import Any

from django import template
from django.template import RequestContext

from wallet.forms import fresh_form

register = template.Library()


@register.inclusion_tag("wallet/_top_up.html", takes_context=True)
def top_up_form(context: RequestContext, next_url: str, missing: int = 0) -> dict[str, Any]:
    """A form that proposes at least `missing` hundredths and goes on to `next_url`; errors show in place."""
    return {
        **fresh_form(missing).context(next_url),
        "fragment": True,
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }
