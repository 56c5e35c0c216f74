"""The mails that we send ourselves; allauth sends its own through the adapter."""

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.errors import MailNotSent
from accounts.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

log = logging.getLogger(__name__)


def in_language_of(user: User) -> translation.override:
    """For mails and jobs: the language that the person chose, or the current one if they never chose."""
    return translation.override(user.language or translation.get_language())


def send(*, user: User, to: str, subject: "StrPromise", template: str, **context: Any) -> None:
    """Mail a template of accounts/mail/ to one address in the language of `user`; raises MailNotSent.

    `subject` is lazy, so that it is translated for the reader and not for the person who causes the mail.
    """
    values = {"site_name": settings.SITE_NAME, "user": user, **context}
    with in_language_of(user):
        title = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"
        body = render_to_string(f"accounts/mail/{template}.txt", values)
    try:
        send_mail(title, body, None, [to])
    except OSError as problem:  # SMTPException is one
        log.exception("mail not sent")
        raise MailNotSent from problem
