"""Template tags that keep a page current."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.live import topics as signing

register = template.Library()


@register.simple_tag(takes_context=True)
def live_topics(context: Context, topics: Iterable[str] | None = None) -> SafeString:
    """Attributes for <body>: the socket's address and this page's topics, signed for this user."""
    user: Any = context.get("user")
    user_id = user.pk if user is not None and user.is_authenticated else None
    shown = sorted(set(topics or ()))[: signing.MAX_TOPICS]
    return format_html(
        ' data-live="/ws/live/" data-src="{}" data-topics="{}" data-sig="{}"',
        reverse("live_poll"),
        " ".join(shown),
        signing.sign(shown, user_id),
    )
