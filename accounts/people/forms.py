"""The forms of people: sign-up, sign-in, passwords, settings, the consultant's profile."""

from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.dates import WEEKDAYS as DAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountError
from accounts.languages import LANGUAGES, by_name
from accounts.models import ConsultantProfile, Skill, User
from accounts.people import passwords
from accounts.profiles.prices import as_typed, parse_price
from accounts.profiles.services import Hours, check_handle
from accounts.zones import is_zone
from marketplace.core.rules import PRICE_MAX, PRICE_MIN, SKILLS_MAX

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

ROLES = {"needs": (True, False), "gives": (False, True), "both": (True, True)}
ROLE_CHOICES = [("needs", _("I need help")), ("gives", _("I give help")), ("both", _("Both"))]
WEEKDAYS = tuple(DAYS[number] for number in range(7))
PASSWORD_HINT = _("At least 8 characters, not just digits, and not a common password.")
TYPED_WIDGETS = (forms.widgets.Input, forms.Textarea, forms.Select)
OTHER_WIDGETS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect, forms.HiddenInput)


class Drawn:
    """Styles every text control like our fields, and removes placeholders that repeat the label."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, TYPED_WIDGETS) and not isinstance(field.widget, OTHER_WIDGETS):
                field.widget.attrs["class"] = f"input {field.widget.attrs.get('class', '')}".strip()
            if field.widget.attrs.get("placeholder") == str(field.label):
                del field.widget.attrs["placeholder"]


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
        _name_fields(self, email=_("E-mail address"), password1=_("Password"))
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        return zone if is_zone(zone) else ""


class SignInForm(Drawn, allauth_forms.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_fields(self, login=_("E-mail address"), password=_("Password"))
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ResetPasswordForm(Drawn, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_fields(self, email=_("E-mail address"))


class NewPasswordForm(Drawn, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password after a mailed link, entered once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        _name_fields(self, password1=_("New password"))
        self.fields["password1"].help_text = PASSWORD_HINT


class ChangePasswordForm(Drawn, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password, and the new one entered once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        _name_fields(self, oldpassword=_("Current password"), password1=_("New password"))
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


class HandleForm(Drawn, forms.Form):
    """The last part of the consultant's address."""

    handle = forms.CharField(
        label=_("Your address"), max_length=60, widget=forms.TextInput(attrs={"spellcheck": "false"})
    )

    def __init__(self, *args: Any, profile: ConsultantProfile, **kwargs: Any) -> None:
        self.profile = profile
        super().__init__(*args, **kwargs)

    def clean_handle(self) -> str:
        try:
            return check_handle(handle=self.cleaned_data["handle"].strip().lower(), profile=self.profile)
        except AccountError as problem:
            raise forms.ValidationError(problem.message, code=problem.code) from problem


class ProfileForm(Drawn, forms.Form):
    """What a consultant offers; an incomplete profile can be saved too."""

    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=80,
        help_text=_("What you are, in a few words: “Employment lawyer”, “Staff engineer, payments”."),
    )
    about = forms.CharField(
        label=_("About you"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What people can ask you, and what they will get from it. Your card shows the beginning."
        ),
    )
    skills = forms.ModelMultipleChoiceField(
        label=_("Skills"),
        required=False,
        queryset=Skill.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text=format_lazy(_("Up to {most}."), most=SKILLS_MAX),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak"),
        required=False,
        choices=lambda: by_name(LANGUAGES),
        widget=forms.CheckboxSelectMultiple,
    )
    price = forms.CharField(
        label=_("Price for 15 minutes"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input-short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(WEEKDAYS):
            for end, words in (("opens", gettext("{day} from")), ("closes", gettext("{day} to"))):
                label = words.format(day=day)
                widget = forms.TimeInput(attrs={"type": "time", "class": "input", "aria-label": label})
                self.fields[f"{end}_{number}"] = forms.TimeField(required=False, widget=widget)

    def clean_skills(self) -> list[Skill]:
        skills = list(self.cleaned_data["skills"])
        if len(skills) > SKILLS_MAX:
            problem = ngettext(
                "Choose up to {most} skill; you chose {chosen}.",
                "Choose up to {most} skills; you chose {chosen}.",
                SKILLS_MAX,
            )
            raise forms.ValidationError(problem.format(most=SKILLS_MAX, chosen=len(skills)), code="too_many")
        return skills

    def clean_about(self) -> str:
        return str(self.cleaned_data["about"]).strip()

    def clean_price(self) -> int:
        price = parse_price(self.cleaned_data["price"])
        if price is None:
            problem = gettext("Enter the price in credits, such as 20 or 20.50.")
            raise forms.ValidationError(problem, code="no_amount")
        if not PRICE_MIN <= price <= PRICE_MAX:
            problem = gettext("Enter a price between {least} and {most} credits.")
            bounds = {"least": as_typed(PRICE_MIN), "most": as_typed(PRICE_MAX)}
            raise forms.ValidationError(problem.format(**bounds), code="out_of_bounds")
        return price

    def clean(self) -> dict[str, Any] | None:
        for number, day in enumerate(WEEKDAYS):
            opens, closes = self._ends(number)
            if (opens is None) != (closes is None):
                self.add_error(None, gettext("{day}: enter both times, or leave both empty.").format(day=day))
            elif opens and closes and closes <= opens:
                self.add_error(None, gettext("{day}: the end must be later than the start.").format(day=day))
        return self.cleaned_data

    def hours(self) -> list[Hours]:
        """The days that were filled in."""
        days = [(number, *self._ends(number)) for number in range(len(WEEKDAYS))]
        return [Hours(number, opens, closes) for number, opens, closes in days if opens and closes]

    def hour_rows(self) -> "Iterator[tuple[StrOrPromise, forms.BoundField, forms.BoundField]]":
        """For the template: day, from, to."""
        for number, day in enumerate(WEEKDAYS):
            yield day, self[f"opens_{number}"], self[f"closes_{number}"]

    def _ends(self, number: int) -> tuple[time | None, time | None]:
        return self.cleaned_data.get(f"opens_{number}"), self.cleaned_data.get(f"closes_{number}")

    @staticmethod
    def initial_of(profile: ConsultantProfile) -> dict[str, Any]:
        """The profile's current values as the form's fields."""
        initial: dict[str, Any] = {
            "headline": profile.headline,
            "about": profile.about,
            "skills": [skill.pk for skill in profile.skills.all()],
            "languages": profile.languages,
            "price": as_typed(profile.price),
        }
        for day in profile.hours.all():
            initial[f"opens_{day.weekday}"] = day.opens
            initial[f"closes_{day.weekday}"] = day.closes
        return initial


def _same_password(user: User, password: str) -> str:
    try:
        passwords.check(user=user, password=password)
    except AccountError as problem:
        raise forms.ValidationError(problem.message, code=problem.code) from None
    return password


def _name_fields(form: forms.BaseForm, **labels: "StrOrPromise") -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
