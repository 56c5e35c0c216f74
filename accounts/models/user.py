"""The person who signs in; the e-mail address is the login."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; the address is stored in lower case, an empty password cannot sign in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A staff account with every right (`manage.py createsuperuser`)."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """One account may ask for help, give help, or both."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=80, blank=True)
    needs_help = models.BooleanField(_("needs help"), default=True)
    gives_help = models.BooleanField(_("gives help"), default=False)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("IANA name, such as Europe/Oslo")
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        help_text=_("of pages and mails; empty means as the browser asks"),
    )
    portrait = models.CharField(
        _("portrait"),
        max_length=64,
        blank=True,
        help_text=_("a drawing in static/img/; empty means initials"),
    )
    relay_only = models.BooleanField(
        _("relay only"),
        default=False,
        help_text=_("calls go through the relay, so that nobody learns this person’s network address"),
    )
    is_demo = models.BooleanField(_("is demo"), default=False, editable=False)
    is_active = models.BooleanField(_("is active"), default=True)
    is_staff = models.BooleanField(_("is staff"), default=False)
    date_joined = models.DateTimeField(_("date joined"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def email_verified(self) -> bool:
        """Whether the address in use has been confirmed by the mailed code."""
        return bool(self.emailaddress_set.filter(email__iexact=self.email, verified=True).exists())  # type: ignore[attr-defined]

    @property
    def display_name(self) -> str:
        """What others see: the name, else the part of the address before the @."""
        return self.name or self.email.partition("@")[0]

    @property
    def first_name(self) -> str:
        """The first word of the name, for short sentences."""
        return self.display_name.partition(" ")[0]

    @property
    def initials(self) -> str:
        """One or two capitals for the drawn portrait."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
