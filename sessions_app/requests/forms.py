"""The forms of the call sheet and the chat. The services validate the texts."""

import uuid

from django import forms
from django.http import HttpRequest, QueryDict

from marketplace.core import rules
from marketplace.core.http import client_network
from sessions_app.models import Consultation
from sessions_app.requests import drafts
from sessions_app.requests.drafts import TEXTS

DRAFT = "sheet-draft"  # in the Django session: the draft's id


class SheetForm(forms.Form):
    """The hidden fields of a sheet and the texts as they were typed."""

    topic = forms.CharField(required=False, strip=False)
    link = forms.CharField(required=False, strip=False)
    snippet = forms.CharField(required=False, strip=False)
    request_key = forms.UUIDField()
    top_up_key = forms.UUIDField()
    terms = forms.CharField(max_length=400, required=False)
    amount = forms.IntegerField(required=False, min_value=1, max_value=rules.TOP_UP_MAX)

    def typed(self) -> dict[str, str]:
        """The complete texts: one that is too long is refused and given back, so that it can be shortened."""
        return {name: str(self.data.get(name, "")) for name in TEXTS}


def fresh_keys() -> dict[str, uuid.UUID]:
    """One key for the request and one for a top-up, so that a double click counts once."""
    return {"request_key": uuid.uuid4(), "top_up_key": uuid.uuid4()}


def first_texts(request: HttpRequest) -> dict[str, str]:
    """The first texts of a sheet: an earlier request, the topic from the URL, or the draft."""
    again = _asked_before(request, request.GET.get("again", ""))
    if again is not None:
        return {"topic": again.topic, "link": again.link, "snippet": again.snippet}
    texts = drafts.texts_of(draft_id=request.session.get(DRAFT))
    if topic := request.GET.get("topic", "").strip():
        texts["topic"] = topic[: rules.TOPIC_MAX_LENGTH]
    return texts


def keep_draft(request: HttpRequest, texts: dict[str, str]) -> None:
    """Keep the texts during a sign-in, a mail code or a detour. Raises the errors of `drafts.keep`."""
    address = "" if request.user.is_authenticated else client_network(request)
    request.session[DRAFT] = drafts.keep(draft_id=request.session.get(DRAFT), texts=texts, address=address)


def drop_draft(request: HttpRequest) -> None:
    if draft_id := request.session.pop(DRAFT, None):
        drafts.drop(draft_id=draft_id)


def chosen(data: QueryDict) -> str:
    """The button that was pressed."""
    return str(data.get("do", "confirm"))


def _asked_before(request: HttpRequest, key: str) -> Consultation | None:
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    if not request.user.is_authenticated:
        return None
    return Consultation.objects.filter(client=request.user, pk=wanted).first()
