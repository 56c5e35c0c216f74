"""Topics are signed by the page that rendered them, so that nobody listens to what they were not shown."""

from collections.abc import Iterable

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

MAX_TOPICS = 40
# No expiry: a page left open overnight must be right after one reconnect.
_signer = Signer(salt="marketplace.live.topics")


def own_topic(user_id: int) -> str:
    """What concerns this person alone; every socket of theirs hears it unasked."""
    return f"u:{user_id}"


def sign(topics: Iterable[str], user_id: int | None) -> str:
    """`<user id or 0>.<signature>` for exactly these topics on a page of this person."""
    who = str(user_id or 0)
    return f"{who}.{_signer.signature(_text(topics, who))}"


def signed_for(sig: str) -> str:
    """The user id the page was rendered for ('0' = nobody), not yet proven."""
    return sig.partition(".")[0]


def is_signed(topics: Iterable[str], sig: str) -> bool:
    """Whether this very set of topics was signed, for that person."""
    who, _, signature = sig.partition(".")
    return constant_time_compare(_signer.signature(_text(topics, who)), signature)


def _text(topics: Iterable[str], who: str) -> str:
    return f"{who} {' '.join(sorted(set(topics)))}"
