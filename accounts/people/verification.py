"""Confirms an e-mail address by a mailed code: needed for money or going online, not for looking around."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.errors import (
    CodeOver,
    CodesUsedUp,
    CodeTooSoon,
    CodeWrong,
    DemoAccountShared,
    EmailTaken,
)
from accounts.models import EmailCode, User
from accounts.people import mails
from accounts.people.addresses import is_kept, is_taken
from accounts.people.way_back import DAYS, open_way_back, set_address
from marketplace.core import limits
from marketplace.core.rules import (
    EMAIL_CODE_RESEND_SECONDS,
    EMAIL_CODE_SECONDS,
    EMAIL_CODE_TRIES,
    EMAIL_CODES_PER_DAY,
)
from marketplace.core.time import now

DIGITS = 6
DAY = 24 * 3600


def send_code(*, user: User, email: str = "") -> EmailCode:
    """Mail a new code to the user's address, or to the new address they want; the old code becomes invalid.

    If another account has the new address, only that address is notified. The user sees the same pages as
    with a free address, but no code is right. Raises CodeTooSoon, CodesUsedUp, MailNotSent, or
    DemoAccountShared if a demo account wants another address.
    """
    email = (email or user.email).lower()
    if user.is_demo and email != user.email:
        raise DemoAccountShared
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    taken = is_taken(email, by_other_than=user)
    sent = _store_code(user, email, secrets.token_hex() if taken else code)
    if taken:
        subject = _("This address already has an account")
        mails.send(user=user, to=email, subject=subject, template="address_taken", email=email)
    else:
        _mail_code(user, email, code)
    return sent


def confirm(*, user: User, code: str, way_back_url: Callable[[str], str]) -> User:
    """Accept the code: its address becomes the user's confirmed address; the previous one is notified.

    In: a function that turns a secret into the link that restores the previous address. Raises CodeWrong,
    CodeOver, EmailTaken or MailNotSent.
    """
    sent = _spend_a_try(user)
    if not constant_time_compare(sent.code_hash, _hash(user, "".join(code.split()))):
        if not sent.tries_left:
            raise CodeOver
        raise CodeWrong(tries=sent.tries_left)
    if sent.email != user.email:
        _tell_present_address(user, way_back_url)
    return _mark_confirmed(user, sent)


def seconds_until_resend(sent: EmailCode | None, at: datetime) -> int:
    """How many seconds the user must wait before the next code is mailed."""
    if sent is None:
        return 0
    wait = sent.sent_at + timedelta(seconds=EMAIL_CODE_RESEND_SECONDS) - at
    return max(0, -(-int(wait.total_seconds() * 1000) // 1000))


@transaction.atomic(durable=True)
def _store_code(user: User, email: str, code: str) -> EmailCode:
    at = now()
    before = EmailCode.objects.select_for_update().filter(user=user).first()  # two clicks send one mail
    if wait := seconds_until_resend(before, at):
        raise CodeTooSoon(seconds=wait)
    _count_code(user)
    sent, _created = EmailCode.objects.update_or_create(
        user=user,
        defaults={
            "email": email,
            "code_hash": _hash(user, code),
            "sent_at": at,
            "expires_at": at + timedelta(seconds=EMAIL_CODE_SECONDS),
            "tries_left": EMAIL_CODE_TRIES,
        },
    )
    return sent


def _count_code(user: User) -> None:
    """Limit the codes per day, so that nobody can keep guessing."""
    try:
        limits.count(what="email-codes", who=str(user.pk), limit=EMAIL_CODES_PER_DAY, seconds=DAY)
    except limits.TooMany:
        raise CodesUsedUp from None


def _mail_code(user: User, email: str, code: str) -> None:
    minutes = EMAIL_CODE_SECONDS // 60
    subject = format_lazy(_("Your code is {code}"), code=code)
    mails.send(user=user, to=email, subject=subject, template="code", code=code, minutes=minutes)


def _tell_present_address(user: User, way_back_url: Callable[[str], str]) -> None:
    """Mail the previous address before the change: if the mail fails, the change is not made.

    An address that was never confirmed may be a stranger's, so it gets no link into the account.
    """
    link = way_back_url(open_way_back(user=user)) if user.email_verified else ""
    subject = _("Your e-mail address was changed")
    mails.send(user=user, to=user.email, subject=subject, template="address_changed", link=link, days=DAYS)


@transaction.atomic(durable=True)
def _spend_a_try(user: User) -> EmailCode:
    """Count the try before the code is compared, so that parallel tries are counted one by one."""
    open_codes = EmailCode.objects.filter(user=user, tries_left__gt=0, expires_at__gt=now())
    if not open_codes.update(tries_left=F("tries_left") - 1):
        raise CodeOver
    return EmailCode.objects.get(user=user)


@transaction.atomic(durable=True)
def _mark_confirmed(user: User, sent: EmailCode) -> User:
    if not EmailCode.objects.filter(pk=sent.pk, code_hash=sent.code_hash).delete()[0]:
        raise CodeOver
    set_address(user=user, email=sent.email)
    if is_kept(sent.email, now(), for_other_than=user):
        raise EmailTaken
    return user


def _hash(user: User, code: str) -> str:
    return salted_hmac("accounts.email_code", f"{user.pk}:{code}", algorithm="sha256").hexdigest()
