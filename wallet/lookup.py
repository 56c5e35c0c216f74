"""Turns a staff member's search into the owners, references and keys of the ledger."""

import uuid
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from wallet.models import Account, Journal, Posting, owner_key


@dataclass(frozen=True)
class About:
    """The key texts that a search may mean."""

    texts: tuple[str, ...]

    def accounts(self, rows: QuerySet[Account]) -> QuerySet[Account]:
        """Accounts of a matching owner."""
        return rows.filter(pk__in=self._account_ids())

    def journals(self, rows: QuerySet[Journal]) -> QuerySet[Journal]:
        """Journals with a matching key or reference, and those that touched a matching owner's account."""
        ids = self._account_ids()
        touched = Posting.objects.filter(Q(debit__in=ids) | Q(credit__in=ids))
        return rows.filter(
            Q(idem_key__in=self.texts) | Q(reference__in=self.texts) | Q(pk__in=touched.values("journal_id"))
        )

    def _account_ids(self) -> list[int]:
        return list(
            Account.objects.filter(owner__in=self.texts).exclude(owner="").values_list("pk", flat=True)
        )


def about(text: str) -> About:
    """`41`, `user:41` and an e-mail address mean a person, a bare id a consultation or a purchase."""
    text = text.strip()
    meant = [text]
    if text.isascii() and text.isdigit():
        meant.append(f"user:{text}")
    elif "@" in text:
        people = get_user_model().objects.filter(email__iexact=text)
        meant += [owner_key(pk) for pk in people.values_list("pk", flat=True)]
    elif (known := _as_uuid(text)) is not None:
        meant += [f"{prefix}:{known}" for prefix in ("consultation", "topup", "payout", "cashrefund")]
    return About(tuple(meant))


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
