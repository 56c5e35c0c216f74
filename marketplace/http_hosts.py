"""Which host names mean this machine alone; free of Django, so that the settings can ask."""

from collections.abc import Iterable


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine can reach."""
    bare = host.strip("[]").lower()
    return bare in {"localhost", "::1"} or bare.startswith("127.") or bare.endswith(".localhost")


def every_host_is_loopback(hosts: Iterable[str]) -> bool:
    """True if no entry can be reached from another machine."""
    return all(is_loopback(host) for host in hosts)
