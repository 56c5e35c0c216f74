"""What every form of the site shares: how its fields are drawn."""

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

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


def name_fields(form: forms.BaseForm, **labels: "StrOrPromise") -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
