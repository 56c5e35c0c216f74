"""A message that is sent by an ordinary form."""

from django import forms


class MessageForm(forms.Form):
    """A message from the room; the service validates it."""

    id = forms.UUIDField(required=False)
    text = forms.CharField(required=False, strip=False)
    file = forms.FileField(required=False, allow_empty_file=True, max_length=255)
