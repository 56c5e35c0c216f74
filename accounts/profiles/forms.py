"""The forms of the consultant's editor: profile, price, hours, address."""

from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.dates import WEEKDAYS as DAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import AccountError
from accounts.languages import LANGUAGES, by_name
from accounts.models import ConsultantProfile, Skill
from accounts.profiles.prices import as_typed, parse_price
from accounts.profiles.services import Hours, check_handle
from marketplace.core.rules import PRICE_MAX, PRICE_MIN, SKILLS_MAX

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

from marketplace.core.forms import Drawn

WEEKDAYS = tuple(DAYS[number] for number in range(7))


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
