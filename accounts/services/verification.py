"""Proving an e-mail address by a mailed code: before money or going online, not before looking around."""

import logging
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.errors import (
    CodeOver,
    CodesUsedUp,
    CodeTooSoon,
    CodeWrong,
    DemoAccountShared,
    EmailTaken,
    MailNotSent,
)
from accounts.models import EmailCode, User
from marketplace import limits
from marketplace.rules import (
    EMAIL_CODE_RESEND_SECONDS,
    EMAIL_CODE_SECONDS,
    EMAIL_CODE_TRIES,
    EMAIL_CODES_PER_DAY,
)
from marketplace.time import now

log = logging.getLogger(__name__)
DIGITS = 6
DAY = 24 * 3600


def send_code(*, user: User, email: str = "") -> EmailCode:
    """Mail a new code to the person's address, or to the new one they want; the old code ends.

    Raises CodeTooSoon, CodesUsedUp, EmailTaken, MailNotSent, or DemoAccountShared if a demo account
    wants another one.
    """
    email = (email or user.email).lower()
    if email != user.email:
        _check_new_address(user, email)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    sent = _store_code(user, email, code)
    _mail_code(user, email, code)
    return sent


def confirm(*, user: User, code: str) -> User:
    """Accept the code: its address becomes the person's, confirmed. Raises CodeWrong or CodeOver."""
    sent = _spend_a_try(user)
    if not constant_time_compare(sent.code_hash, _hash(user, "".join(code.split()))):
        if not sent.tries_left:
            raise CodeOver
        raise CodeWrong(tries="1 try" if sent.tries_left == 1 else f"{sent.tries_left} tries")
    return _mark_confirmed(user, sent)


def seconds_until_resend(sent: EmailCode | None, at: datetime) -> int:
    """How long a person must wait before the next code is mailed."""
    if sent is None:
        return 0
    wait = sent.sent_at + timedelta(seconds=EMAIL_CODE_RESEND_SECONDS) - at
    return max(0, -(-int(wait.total_seconds() * 1000) // 1000))


def _check_new_address(user: User, email: str) -> None:
    if user.is_demo:
        raise DemoAccountShared
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise EmailTaken


@transaction.atomic(durable=True)
def _store_code(user: User, email: str, code: str) -> EmailCode:
    at = now()
    before = EmailCode.objects.select_for_update().filter(user=user).first()  # two clicks send one mail
    if wait := seconds_until_resend(before, at):
        raise CodeTooSoon(seconds=wait)
    _count_code(user)
    sent, _ = EmailCode.objects.update_or_create(
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
    """Nobody may guess for ever."""
    try:
        limits.count(what="email-codes", who=str(user.pk), limit=EMAIL_CODES_PER_DAY, seconds=DAY)
    except limits.TooMany:
        raise CodesUsedUp from None


def _mail_code(user: User, email: str, code: str) -> None:
    context = {
        "user": user,
        "code": code,
        "site_name": settings.SITE_NAME,
        "minutes": EMAIL_CODE_SECONDS // 60,
    }
    body = render_to_string("accounts/mail/code.txt", context)
    try:
        send_mail(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}Your code is {code}", body, None, [email])
    except OSError as problem:  # SMTPException is one
        log.exception("mail not sent")
        raise MailNotSent from problem


@transaction.atomic(durable=True)
def _spend_a_try(user: User) -> EmailCode:
    """Count the try before the code is compared, so that many tries at once do not count as one."""
    open_codes = EmailCode.objects.filter(user=user, tries_left__gt=0, expires_at__gt=now())
    if not open_codes.update(tries_left=F("tries_left") - 1):
        raise CodeOver
    return EmailCode.objects.get(user=user)


@transaction.atomic(durable=True)
def _mark_confirmed(user: User, sent: EmailCode) -> User:
    if not EmailCode.objects.filter(pk=sent.pk, code_hash=sent.code_hash).delete()[0]:
        raise CodeOver
    user.email = sent.email
    try:
        with transaction.atomic(savepoint=True):
            user.save(update_fields=["email"])
    except IntegrityError:
        raise EmailTaken from None
    EmailAddress.objects.filter(user=user).exclude(email__iexact=sent.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=sent.email, defaults={"verified": True, "primary": True}
    )
    return user


def _hash(user: User, code: str) -> str:
    return salted_hmac("accounts.email_code", f"{user.pk}:{code}", algorithm="sha256").hexdigest()
