"""Keeps demo data off the network: everyone knows its password."""

from collections.abc import Sequence

from django.conf import settings
from django.core.management.base import CommandError

from marketplace.server.hosts import is_loopback


def refusal(*, demo: bool, host: str, allowed_hosts: Sequence[str]) -> str | None:
    """The sentence that refuses the start, or None if demo data is off or only this machine has access."""
    if not demo:
        return None
    open_to_others = [entry for entry in (host, *allowed_hosts) if not is_loopback(entry)]
    if not open_to_others:
        return None
    return (
        "Demo data is on, everyone knows its password, and "
        f'"{open_to_others[0]}" (HOST or ALLOWED_HOSTS) lets others in: '
        "set DEMO=0, or keep HOST and ALLOWED_HOSTS to this machine."
    )


def refuse_demo_on_the_network(host: str) -> None:
    """Raise CommandError if others could reach the demo accounts; `host` is the address to bind."""
    sentence = refusal(demo=settings.DEMO, host=host, allowed_hosts=settings.ALLOWED_HOSTS)
    if sentence:
        raise CommandError(sentence)
