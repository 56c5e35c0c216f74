"""The one UPDATE that writes what a consultant is shown as, and the news of it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, F

from accounts.models.profile import ProfileQuerySet
from marketplace.live import publish

ALL_PAGES, OWN_PAGES = (
    "c",
    "u",
)  # the topics of a consultant: for all who look at them, and for their own pages


def write(
    rows: ProfileQuerySet,
    *,
    user_ids: Sequence[int],
    shown: Case | str | None = None,
    tell: Sequence[str] = (ALL_PAGES, OWN_PAGES),
    **columns: Any,
) -> int:
    """Change the profiles of these people as far as they are in `rows`; returns how many changed.

    `shown` is the new `shown_state` (`expression.shown_as`), None if it stays; each change is a new version,
    so that an older look at the leases does not overwrite it. Inside the caller's transaction; if any row
    changed, the topics `tell` of these people go out after its commit.
    """
    if shown is not None:
        columns["shown_state"] = shown
    whose = rows.filter(user_id__in=user_ids)
    changed = whose.update(**columns, presence_version=F("presence_version") + 1)
    for topic in tell if changed else ():
        for user_id in user_ids:
            publish.after_commit(f"{topic}:{user_id}")
    return changed
