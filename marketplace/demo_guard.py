"""Demo data has a password that everybody knows, so it is only for this machine alone."""

from collections.abc import Sequence

from django.conf import settings
from django.core.management.base import CommandError

from marketplace.http_hosts import is_loopback


def refusal(*, demo: bool, host: str, allowed_hosts: Sequence[str]) -> str | None:
    """The sentence that refuses the start, or None where demo data is off or nobody else can come in."""
    if not demo:
        return None
    open_to_others = [entry for entry in (host, *allowed_hosts) if not is_loopback(entry)]
    if not open_to_others:
        return None
    return (
        "Demo data is on, its password is known to everybody, and "
        f'"{open_to_others[0]}" (HOST or ALLOWED_HOSTS) lets others in: '
        "set DEMO=0, or leave HOST and ALLOWED_HOSTS at this machine."
    )


def refuse_demo_on_the_network(host: str) -> None:
    """For commands that open or fill the site; `host` is the address that they bind."""
    sentence = refusal(demo=settings.DEMO, host=host, allowed_hosts=settings.ALLOWED_HOSTS)
    if sentence:
        raise CommandError(sentence)
