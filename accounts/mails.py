"""The mails that we send ourselves; allauth sends its own through the adapter."""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.errors import MailNotSent

log = logging.getLogger(__name__)


def send(*, to: str, subject: str, template: str, **context: Any) -> None:
    """Mail a template of accounts/mail/ to one address; raises MailNotSent."""
    body = render_to_string(f"accounts/mail/{template}.txt", {"site_name": settings.SITE_NAME, **context})
    try:
        send_mail(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", body, None, [to])
    except OSError as problem:  # SMTPException is one
        log.exception("mail not sent")
        raise MailNotSent from problem
