"""Isolates what people wrote: a name that is written from right to left must not reorder our sentence."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def isolated(text: str) -> SafeString:
    """The text, escaped and in a `<bdi>` element, for a sentence that is put together by `format_html`."""
    return format_html("<bdi>{}</bdi>", text)
