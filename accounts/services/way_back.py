"""The address before is told of a change, with a link that undoes it for some days."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.errors import EmailTaken, WayBackOver, WayBackTaken
from accounts.models import EmailCode, User, WayBack
from marketplace.chores import delete_in_batches
from marketplace.live.door import look_at_sign_ins
from marketplace.rules import WAY_BACK_SECONDS
from marketplace.time import now

DAYS = WAY_BACK_SECONDS // 86_400


@transaction.atomic(durable=True)
def open_way_back(*, user: User) -> str:
    """Keep the present address for the account; returns the secret of the link that leads back to it."""
    secret, at = secrets.token_urlsafe(32), now()
    WayBack.objects.create(
        user=user,
        email=user.email,
        secret_hash=_hash(secret),
        opened_at=at,
        expires_at=at + timedelta(seconds=WAY_BACK_SECONDS),
    )
    return secret


def find_open(*, secret: str) -> WayBack:
    """The way back of a link, without taking it; raises WayBackOver."""
    found = _open_ones(secret, now()).select_related("user").first()
    if found is None:
        raise WayBackOver(days=DAYS)
    return found


@transaction.atomic(durable=True)
def take(*, secret: str) -> User:
    """Give the account its former address back: every session ends, the password no longer signs in.

    Ways back that were opened later lead to addresses of whoever took the account, so they end too.
    Raises WayBackOver, or WayBackTaken.
    """
    at = now()
    if not _open_ones(secret, at).update(closed_at=at):
        raise WayBackOver(days=DAYS)
    taken = WayBack.objects.get(secret_hash=_hash(secret))
    later = WayBack.objects.filter(user_id=taken.user_id, pk__gt=taken.pk, closed_at__isnull=True)
    later.update(closed_at=at)
    EmailCode.objects.filter(user_id=taken.user_id).delete()  # first, as a change under way holds it first
    user = User.objects.select_for_update(no_key=True).get(pk=taken.user_id)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    try:
        set_address(user=user, email=taken.email)
    except EmailTaken:
        raise WayBackTaken from None
    look_at_sign_ins(user.pk)
    return user


def set_address(*, user: User, email: str) -> None:
    """Make a proved address the account's only one, within the caller's transaction; raises EmailTaken."""
    user.email = email
    try:
        with transaction.atomic(savepoint=True):
            user.save(update_fields=["email"])
    except IntegrityError:
        raise EmailTaken from None
    EmailAddress.objects.filter(user=user).exclude(email__iexact=email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )


def delete_old() -> int:
    """Delete the ways back that are over; returns how many. A periodic chore."""
    return delete_in_batches(WayBack.objects.filter(expires_at__lte=now()))


def _open_ones(secret: str, at: datetime) -> QuerySet[WayBack]:
    return WayBack.objects.filter(secret_hash=_hash(secret), closed_at__isnull=True, expires_at__gt=at)


def _hash(secret: str) -> str:
    # Without a key: 256 random bits cannot be guessed, and the link outlives a change of SECRET_KEY.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
