import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from marketplace.core import rules
from marketplace.core.words import in_credits, typed_credits
from wallet.amounts import parse_credits

PRESETS = (1000, 2500, 5000)
OWN = "own"
FORM_INCOMPLETE = _("Part of this form is missing. Open the page again.")
NO_AMOUNT = _("Enter an amount such as 12 or 12.50.")


def _choices() -> list[tuple[str, str]]:
    return [*((str(amount), _credits(amount // 100)) for amount in PRESETS), (OWN, gettext("Other amount"))]


def _credits(number: int) -> str:
    return ngettext("{n} credit", "{n} credits", number).format(n=number)


class TopUpForm(forms.Form):
    """How many credits to add: one of the presets, or an amount typed in credits."""

    choice = forms.ChoiceField(
        choices=_choices,
        widget=forms.RadioSelect,
        initial=str(PRESETS[1]),
        error_messages={
            "required": _("Choose how many credits to add."),
            "invalid_choice": _("Choose one of the amounts."),
        },
    )
    own = forms.CharField(
        label=_("Other amount in credits"),
        required=False,
        max_length=16,
        widget=forms.TextInput(
            attrs={"class": "input input-short", "inputmode": "decimal", "autocomplete": "off"}
        ),
        error_messages={"max_length": NO_AMOUNT},
    )
    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": FORM_INCOMPLETE, "invalid": FORM_INCOMPLETE},
    )

    def context(self, next_url: str) -> dict[str, Any]:
        """The variables of the form's template, on this app's page and inside pages of other apps."""
        return {
            "form": self,
            "next": next_url,
            "smallest": rules.TOP_UP_MIN,
            "largest": rules.TOP_UP_MAX,
            "test_credits": settings.WALLET_CURRENCY == "XTS",
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        choice = cleaned.get("choice")
        if choice == OWN:
            cleaned["amount"] = self._typed(cleaned.get("own", ""))
        elif choice:
            cleaned["amount"] = int(choice)
        return cleaned

    def _typed(self, own: str) -> int | None:
        amount = parse_credits(own)
        low, high = rules.TOP_UP_MIN, rules.TOP_UP_MAX
        if self.has_error("own"):
            return None
        if amount is None:
            self.add_error("own", NO_AMOUNT)
        elif not low <= amount <= high:
            problem = gettext("Enter an amount between {least} and {most} credits.")
            self.add_error("own", problem.format(least=in_credits(low), most=in_credits(high)))
        return amount


def fresh_form(missing: int = 0) -> TopUpForm:
    """An empty form; with `missing` it proposes the smallest amount that is enough."""
    initial: dict[str, Any] = {"form_key": uuid.uuid4()}
    preset = next((amount for amount in PRESETS if amount >= missing), None)
    if missing > 0 and preset is None:
        initial |= {"choice": OWN, "own": typed_credits(missing)}
    elif missing > 0:
        initial["choice"] = str(preset)
    return TopUpForm(initial=initial)
