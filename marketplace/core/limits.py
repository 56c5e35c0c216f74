"""Rate limits per person or network, counted in PostgreSQL (docs/decisions/0019-limits-are-rows.md)."""

import hashlib
import math
from datetime import timedelta
from typing import Any, ClassVar

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.core.chores import delete_in_batches
from marketplace.core.errors import DomainError, try_again
from marketplace.core.time import now
from marketplace.models import Limit

# One statement, so that a hundred parallel uses are counted one by one. A window begins with its first use.
COUNT = """
INSERT INTO marketplace_limit AS kept (key, used, until) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE SET
    used = CASE WHEN kept.until <= %(at)s THEN 1 ELSE kept.used + 1 END,
    until = CASE WHEN kept.until <= %(at)s THEN excluded.until ELSE kept.until END
WHERE kept.until <= %(at)s OR kept.used < %(limit)s
RETURNING used
"""


class TooMany(DomainError):
    sentence = _("Too many attempts. {try_again}")
    code: ClassVar[str] = "too_many"
    http_status: ClassVar[int] = 429

    @property
    def message(self) -> str:
        """The sentence with the wait in words, in the reader's language."""
        return self.sentence.format(try_again=try_again(self.fields["seconds"]))


def count(*, what: str, who: str, limit: int, seconds: int) -> None:
    """Count one use in the current window of `seconds`; raise TooMany(seconds=...) past `limit`.

    Around the edge of two windows almost twice the limit may pass. Never use it for money.
    """
    key, at = _key(what, who), now()
    values: dict[str, Any] = {"key": key, "at": at, "until": at + timedelta(seconds=seconds), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        counted = cursor.fetchone()
    if counted is None:
        until = Limit.objects.filter(key=key).values_list("until", flat=True).first() or at
        raise TooMany(seconds=max(1, math.ceil((until - at).total_seconds())))


def give_back(*, what: str, who: str) -> None:
    """Take back one counted use that should not count, such as a correct password."""
    Limit.objects.filter(key=_key(what, who), used__gt=0).update(used=F("used") - 1)


def forget(*, what: str, who: str) -> None:
    """Delete the count, so that the whole limit is available again."""
    Limit.objects.filter(key=_key(what, who)).delete()


def delete_old() -> int:
    """Delete the counts of past windows; returns how many. A periodic job."""
    return delete_in_batches(Limit.objects.filter(until__lte=now()))


def _key(what: str, who: str) -> str:
    # A digest, because `who` may be an e-mail address or anything else that was typed into that field.
    return f"{what}:{hashlib.sha256(who.encode(errors='replace')).hexdigest()}"
