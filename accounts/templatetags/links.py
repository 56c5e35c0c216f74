"""Links of the directory that change one filter and keep the others."""

from django import template
from django.urls import reverse

from accounts.directory.search import Filters

register = template.Library()


@register.simple_tag
def narrow(filters: Filters, **changes: object) -> str:
    """The directory's address with these filters changed."""
    query = filters.query(**changes)
    return f"{reverse('directory')}?{query}" if query else reverse("directory")


@register.simple_tag
def page_link(filters: Filters, number: int) -> str:
    """The address of another page of the same results."""
    query = filters.query()
    return f"{reverse('directory')}?{query + '&' if query else ''}page={number}"
