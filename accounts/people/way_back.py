"""After a change of address, the previous address gets a link that undoes the change for some days."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.errors import EmailTaken, WayBackOver, WayBackTaken
from accounts.models import EmailCode, User, WayBack
from marketplace.core.chores import delete_in_batches
from marketplace.core.rules import WAY_BACK_SECONDS
from marketplace.core.time import now
from marketplace.live.session_guard import look_at_sign_ins

DAYS = WAY_BACK_SECONDS // 86_400


@transaction.atomic(durable=True)
def open_way_back(*, user: User) -> str:
    """Reserve the current address for the account; returns the secret of the link that restores it."""
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
    """The way back behind a link, without using it; raises WayBackOver."""
    found = _open_ones(secret, now()).select_related("user").first()
    if found is None:
        raise WayBackOver(days=DAYS)
    return found


@transaction.atomic(durable=True)
def take(*, secret: str) -> User:
    """Restore the account's previous address: every session ends, and the password is disabled.

    Later ways back restore addresses of the person who took the account, so they are closed too.
    Raises WayBackOver or WayBackTaken.
    """
    at = now()
    if not _open_ones(secret, at).update(closed_at=at):
        raise WayBackOver(days=DAYS)
    taken = WayBack.objects.get(secret_hash=_hash(secret))
    later = WayBack.objects.filter(user_id=taken.user_id, pk__gt=taken.pk, closed_at__isnull=True)
    later.update(closed_at=at)
    EmailCode.objects.filter(user_id=taken.user_id).delete()  # first: a concurrent change locks it first too
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
    """Make a confirmed address the account's only one, in the caller's transaction; raises EmailTaken."""
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
    """Delete expired ways back; returns how many. A periodic chore."""
    return delete_in_batches(WayBack.objects.filter(expires_at__lte=now()))


def _open_ones(secret: str, at: datetime) -> QuerySet[WayBack]:
    return WayBack.objects.filter(secret_hash=_hash(secret), closed_at__isnull=True, expires_at__gt=at)


def _hash(secret: str) -> str:
    # No key is needed: 256 random bits cannot be guessed, and the link survives a change of SECRET_KEY.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
