"""The texts of a call sheet, kept during a sign-in, a sign-up or a mail code."""

import uuid
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction

from marketplace.core import limits, rules
from marketplace.core.chores import delete_in_batches
from marketplace.core.time import now
from sessions_app.errors import DraftTooLong
from sessions_app.models import Draft

TEXTS = ("topic", "link", "snippet")


def keep(*, draft_id: str | None, texts: dict[str, str], address: str) -> str:
    """Keep the texts in place of the draft that this browser had; returns the draft's id.

    `address` is the network address of somebody without an account, else "". Raises DraftTooLong if the
    texts together are longer than DRAFT_MAX_BYTES, or TooMany for an address that kept too many.
    """
    size = sum(len(text.encode()) for text in texts.values())
    if size > rules.DRAFT_MAX_BYTES:
        raise DraftTooLong(size=ceil(size / 1000), limit=rules.DRAFT_MAX_BYTES // 1000)
    if address:
        limits.count(what="draft", who=address, limit=rules.DRAFTS_PER_HOUR, seconds=3600)
    return _store(draft_id or str(uuid.uuid4()), texts)


def texts_of(*, draft_id: str | None) -> dict[str, str]:
    """The texts of a draft; empty ones if there is none, or if it was kept too long ago."""
    drafts = (
        Draft.objects.filter(pk=draft_id, kept_at__gt=_oldest(now())) if draft_id else Draft.objects.none()
    )
    return drafts.values(*TEXTS).first() or dict.fromkeys(TEXTS, "")


@transaction.atomic(durable=True)
def drop(*, draft_id: str) -> None:
    """Forget a draft: its request was made."""
    Draft.objects.filter(pk=draft_id).delete()


def delete_old() -> int:
    """Delete the drafts that nobody came back for; returns how many."""
    return delete_in_batches(Draft.objects.filter(kept_at__lte=_oldest(now())))


@transaction.atomic(durable=True)
def _store(draft_id: str, texts: dict[str, str]) -> str:
    kept = {name: texts[name] for name in TEXTS} | {"kept_at": now()}
    Draft.objects.update_or_create(pk=draft_id, defaults=kept)
    return draft_id


def _oldest(at: datetime) -> datetime:
    return at - timedelta(days=rules.DRAFT_DAYS)
