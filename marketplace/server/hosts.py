"""Tells which host names mean this machine only; it needs no Django, so that the settings can use it."""

from collections.abc import Iterable
from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine can reach."""
    bare = host.strip("[]").lower()
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return bare == "localhost" or bare.endswith(".localhost")


def every_host_is_loopback(hosts: Iterable[str]) -> bool:
    """True if no entry can be reached from another machine."""
    return all(is_loopback(host) for host in hosts)
