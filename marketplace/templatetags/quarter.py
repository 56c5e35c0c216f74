"""Small template tags and filters, loaded everywhere as builtins."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from marketplace.core.words import in_credits, minutes
from marketplace.web.modules import modules_of

register = template.Library()


@register.filter
def credits(amount: int | None) -> str:
    """Hundredths of a credit as people write them; None -> ""."""
    return "" if amount is None else in_credits(amount)


@register.filter
def clock(seconds: int | None) -> str:
    """Seconds as minutes and seconds: 581 -> "9:41"."""
    return minutes(int(seconds or 0))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of the design's set, hidden from screen readers."""
    return format_html(
        '<svg class="ico" aria-hidden="true"><use href="{}#{}"/></svg>', static("img/icons.svg"), name
    )


@register.simple_tag
def module_links(entry: str) -> SafeString:
    """A preload link for each module that `entry` imports, so that the browser fetches them in parallel.

    On the previous page, the links load the modules while the person waits anyway. (Not `prefetch`: Firefox
    checks it against the content policy's `default-src`.)
    """
    lines = ((static(name),) for name in modules_of(entry))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', lines)
