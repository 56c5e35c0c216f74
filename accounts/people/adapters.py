"""The hooks that allauth calls."""

import logging
from contextlib import nullcontext
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.utils import build_absolute_uri
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.errors import TooManyTries
from accounts.models import User
from accounts.people import passwords, tries
from accounts.people import services as people
from accounts.people.addresses import is_kept
from accounts.people.forms import ROLES
from accounts.people.mails import in_language_of
from marketplace.core.http import client_address, is_page_here
from marketplace.core.time import now

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our rules for sign-up, mails and redirects."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is blocked. Write to us if you think that is a mistake."),
        "email_password_mismatch": _(
            "The e-mail address or the password is wrong. Check both, or reset your password."
        ),
        "email_taken": _(
            "An account with this e-mail address already exists. Sign in, or reset its password."
        ),
        "invalid_login": _("Enter your full e-mail address, such as name@example.com."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """A new account with its name, its role and the browser's time zone."""
        super().save_user(request, user, form, commit=False)
        data = form.cleaned_data
        user.name = data.get("name", "")
        user.time_zone = data.get("time_zone", "")
        user.needs_help, user.gives_help = ROLES[data.get("role", "needs")]
        return people.register(user=user) if commit else user

    def validate_unique_email(self, email: str) -> str:
        """Runs after allauth's own check: an account that changed its address may still return to it."""
        if is_kept(email, now()):
            raise ValidationError(self.error_messages["email_taken"], code="email_taken")
        return email

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with this e-mail address and password; too many wrong tries raise ValidationError."""
        try:
            spent = tries.spend_for_sign_in(request, credentials.get("email", ""))
        except TooManyTries as problem:
            raise ValidationError(problem.message, code=problem.code) from None
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            tries.give_back(spent)
        return user

    def is_safe_url(self, url: str) -> bool:
        """Where allauth may send a browser: as everywhere, a page of this site (its own fails at `http://[`)."""
        return is_page_here(url)

    def set_password(self, user: User, password: str) -> None:
        passwords.set_password(user=user, password=password)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """A mail of allauth's, in the language of the person it is about."""
        user = context.get("user")
        with in_language_of(user) if isinstance(user, User) else nullcontext():
            mail: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return mail

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str = ""
    ) -> None:
        """Notify users of a change to their account; an unreachable mail server does not undo the change."""
        link = build_absolute_uri(self.request, reverse("account_reset_password"))
        known = {"new_password_url": link, **(context or {})}
        try:
            super().send_notification_mail(template_prefix, user, known, email or user.email)
        except OSError:  # SMTPException is one
            log.exception("notification not sent")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")
