"""Where allauth asks us."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse

from accounts.errors import DemoAccountShared
from accounts.forms import ROLES
from accounts.models import User
from accounts.services import people
from marketplace.http import is_page_here


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up, mails and redirects in our own hand."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is blocked. Write to us if you think that is a mistake.",
        "email_password_mismatch": (
            "This e-mail address and password do not belong together. Check both, or reset the password."
        ),
        "email_taken": (
            "There is an account with this e-mail address already. Sign in, or reset its password."
        ),
        "too_many_login_attempts": (
            "Those were five wrong tries in 15 minutes. Wait 15 minutes, or reset the password."
        ),
        "invalid_login": "Type your e-mail address in full, such as name@example.com.",
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """A new account with its name, its role and the browser's time zone."""
        super().save_user(request, user, form, commit=False)
        data = form.cleaned_data
        user.name = data.get("name", "")
        user.time_zone = data.get("time_zone", "")
        user.needs_help, user.gives_help = ROLES[data.get("role", "needs")]
        return people.register(user=user) if commit else user

    def is_safe_url(self, url: str) -> bool:
        """Where allauth may send a browser: as everywhere, a page of this site (its own fails at `http://[`)."""
        return is_page_here(url)

    def set_password(self, user: User, password: str) -> None:
        """Demo accounts are shared: nobody may lock the others out."""
        if user.is_demo:
            raise DemoAccountShared
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")
