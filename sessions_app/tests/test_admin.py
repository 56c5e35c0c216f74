"""Staff read consultations and change none."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from sessions_app.chat.services import say
from sessions_app.models import Consultation
from sessions_app.tests.stage import broken_off, live

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SignedIn = Callable[[User], Client]


@pytest.fixture
def call(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    fund(clara, 5000)
    return live(clara, conrad, at=NOON)


def test_staff_find_a_consultation_by_the_beginning_of_its_id(
    ada: User, call: Consultation, signed_in: SignedIn
) -> None:
    page = signed_in(ada).get(reverse("admin:sessions_app_consultation_changelist"), {"q": str(call.pk)[:8]})

    assert call.client.name in page.content.decode()


def test_staff_see_the_history_of_a_consultation(ada: User, call: Consultation, signed_in: SignedIn) -> None:
    page = signed_in(ada).get(reverse("admin:sessions_app_consultation_change", args=[call.pk]))

    assert "accepted" in page.content.decode()
    assert 'name="_save"' not in page.content.decode()


def test_staff_cannot_change_a_consultation_by_hand(
    ada: User, call: Consultation, signed_in: SignedIn
) -> None:
    address = reverse("admin:sessions_app_consultation_change", args=[call.pk])

    answer = signed_in(ada).post(address, {"state": "ended"})

    call.refresh_from_db()
    assert (answer.status_code, call.state) == (403, "live")


def test_staff_see_that_something_was_written_and_not_the_words(
    ada: User, call: Consultation, signed_in: SignedIn
) -> None:
    kept = say(consultation_id=call.pk, user=call.client, client_id=uuid.uuid4(), text="Between us")
    for page in ("changelist", "change"):
        args = [kept.pk] if page == "change" else []
        shown = signed_in(ada).get(reverse(f"admin:sessions_app_message_{page}", args=args))
        assert shown.status_code == 200
        assert "Between us" not in shown.content.decode()
        assert 'name="_save"' not in shown.content.decode()


def test_staff_see_whose_calls_lose_contact_with_one_client_after_another(
    ada: User, clara: User, stella: User, conrad: User, fund: Callable[..., None], signed_in: SignedIn
) -> None:
    fund(clara, 5000)
    fund(stella, 5000)
    days = (stella, NOON), (stella, NOON + timedelta(days=1)), (clara, NOON + timedelta(days=2))
    first, again, found = (broken_off(who, conrad, at=at, seconds=5, gone=()) for who, at in days)
    address = reverse("admin:sessions_app_consultation_changelist")

    filtered = signed_in(ada).get(address, {"no_path_again": "yes"}).content.decode()
    everything = signed_in(ada).get(address).content.decode()
    detail = reverse("admin:sessions_app_consultation_change", args=[found.pk])

    assert str(found.pk) in filtered
    assert str(first.pk) not in filtered and str(again.pk) not in filtered
    assert everything.count('alt="True"') == 1
    assert "Lost contact with another client too" in signed_in(ada).get(detail).content.decode()
