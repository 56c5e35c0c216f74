"""The forms of people: sign-up, sign-in, passwords, settings, the consultant's profile."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountError
from accounts.models import User
from accounts.people import passwords
from accounts.zones import is_zone
from marketplace.core.forms import Drawn, name_fields

if TYPE_CHECKING:
    pass

ROLES = {"needs": (True, False), "gives": (False, True), "both": (True, True)}
ROLE_CHOICES = [("needs", _("I need help")), ("gives", _("I give help")), ("both", _("Both"))]
PASSWORD_HINT = _("At least 8 characters, not just digits, and not a common password.")


class SignUpForm(Drawn, allauth_forms.SignupForm):  # type: ignore[misc]
    """E-mail, name, the password once, and the role."""

    name = forms.CharField(
        max_length=80,
        label=_("Your name"),
        help_text=_("The people you talk to see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = forms.ChoiceField(
        choices=ROLE_CHOICES, initial="needs", widget=forms.RadioSelect, label=_("What brings you here?")
    )
    time_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=forms.HiddenInput(attrs={"data-time-zone": "", "autocomplete": "off"}),
    )
    field_order = ("email", "name", "password1", "role", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, email=_("E-mail address"), password1=_("Password"))
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        return zone if is_zone(zone) else ""


class SignInForm(Drawn, allauth_forms.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, login=_("E-mail address"), password=_("Password"))
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ResetPasswordForm(Drawn, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, email=_("E-mail address"))


class NewPasswordForm(Drawn, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password after a mailed link, entered once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        name_fields(self, password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HINT


class ChangePasswordForm(Drawn, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password, and the new one entered once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        name_fields(self, oldpassword=_("Current password"), password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean_oldpassword(self) -> str:
        return _same_password(self.user, self.cleaned_data["oldpassword"])


class EmailForm(Drawn, forms.Form):
    """A new e-mail address, confirmed by a code; the password proves that the user asked for it."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("We ask for it so that nobody else can do this on a computer you left unlocked."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        return _same_password(self.user, self.cleaned_data["password"])


class CodeForm(Drawn, forms.Form):
    """The code from the mail; spaces do not matter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "input-code",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "maxlength": "12",
            }
        ),
    )


class NameForm(Drawn, forms.Form):
    """The name that others see."""

    name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class TimeZoneForm(Drawn, forms.Form):
    """The zone in which times are shown."""

    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"].strip().replace(" ", "_")
        if not is_zone(zone):
            raise forms.ValidationError(
                gettext("Choose a time zone from the list, such as Europe/Oslo."), code="unknown"
            )
        return zone


def _same_password(user: User, password: str) -> str:
    try:
        passwords.check(user=user, password=password)
    except AccountError as problem:
        raise forms.ValidationError(problem.message, code=problem.code) from None
    return password
