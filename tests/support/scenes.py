"""What `backstage` can do: people with sessions, money, and the facts of a consultation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.test import Client

from accounts.availability.switch import set_switch
from accounts.models import ConsultantProfile, User
from accounts.people import services as people
from accounts.profiles import services as profiles
from marketplace.core.time import now, travel
from sessions_app.calls import attendance
from sessions_app.calls.moves import tell
from sessions_app.models import Consultation, Engagement, Event, Interval, Message
from sessions_app.requests import place as requests
from sessions_app.tests import stage
from tests.support import cast
from wallet import queries
from wallet.models import SETTLEMENTS, AccountKind, Journal, owner_key

FACTS = [
    "id",
    "state",
    "end_reason",
    "decline_reason",
    "price",
    "bill",
    "fee",
    "joint_seconds",
    "billable_seconds",
    "requested_at",
    "expires_at",
    "accepted_at",
    "live_at",
    "ended_at",
    "settled_at",
    "witnessed_until",
    "interrupted_seconds",
    "mode",
    "bought_seconds",
    "held",
    "ends_at",
]


def make_client(name: str, credits: int = 20_000) -> dict[str, Any]:
    user = cast.person(name)
    if credits:
        cast.fund(user, credits)
    return facts_of(user)


def make_consultant(name: str, price: int = 9000, online: bool = True) -> dict[str, Any]:
    user = cast.consultant(name, price=price)
    if online:
        set_switch(user=user, on=True)
    return facts_of(user) | {"handle": user.profile.handle, "profile": user.profile.pk}


def make_admin(name: str) -> dict[str, Any]:
    return facts_of(cast.person(name, is_staff=True, is_superuser=True))


def facts_of(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "password": cast.PASSWORD,
        "cookie": {"name": settings.SESSION_COOKIE_NAME, "value": session(user)},
    }


def session(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def another_browser(user: int) -> str:
    """The cookie's value of a second sign-in of this person."""
    return session(User.objects.get(pk=user))


def user_by_email(email: str) -> dict[str, Any]:
    return facts_of(User.objects.get(email=email))


def approve(email: str) -> None:
    by = User.objects.filter(is_superuser=True).first()
    by = by or cast.person("ada", is_staff=True, is_superuser=True)
    profiles.approve(profile=ConsultantProfile.objects.get(user__email=email), by=by)


def money(user: int) -> dict[str, int]:
    """Hundredths: what a person can spend, what is held, what was earned; and the sum of all, which is 0."""
    balance = queries.balance(user)
    return {
        "available": balance.available,
        "held": balance.held,
        "earned": cast.balance_of(AccountKind.CONSULTANT_PENDING, owner_key(user)),
        "revenue": cast.balance_of(AccountKind.PLATFORM_REVENUE),
        "sum": cast.ledger_sum(),
    }


def consultation(id: str) -> dict[str, Any]:
    found = Consultation.objects.get(pk=id)
    facts: dict[str, Any] = {name: getattr(found, name) for name in FACTS}
    for name, value in facts.items():
        if isinstance(value, datetime):
            facts[name] = value.timestamp()
    spans = Interval.objects.filter(consultation=found).values_list("started_at", "ended_at", "closed_by")
    facts["intervals"] = [
        [start.timestamp(), end.timestamp() if end else None, closed_by] for start, end, closed_by in spans
    ]
    facts["events"] = list(Event.objects.filter(consultation=found).values_list("kind", "to_state", "reason"))
    facts["engaged"] = Engagement.objects.filter(consultation=found).count()
    return facts


def seconds_left(id: str, seconds: float) -> None:
    """The same live call, but begun so long ago that only this much of it is left; its pages are told."""
    with transaction.atomic(durable=True):
        found = Consultation.objects.select_for_update().get(pk=id)
        assert found.ends_at, f"it is {found.state}"
        earlier = found.ends_at - now() - timedelta(seconds=seconds)
        moments = ["requested_at", "expires_at", "accepted_at", "live_by", "live_at", "ends_at"]
        Consultation.objects.filter(pk=id).update(**{name: F(name) - earlier for name in moments})
        earlier_too = {name: F(name) - earlier for name in ("started_at", "ended_at")}
        Interval.objects.filter(consultation=id).update(**earlier_too)
        tell(consultation=found)


@contextmanager
def unseen() -> Iterator[None]:
    """One transaction around services that each insist on their own, as Django's TestCase opens it.

    The site's deadline loop runs beside this process: a call of yesterday that it saw live would be over.
    """
    outer = transaction.atomic()
    outer._from_testcase = True  # type: ignore[attr-defined]
    with outer:
        yield


def past_call(client: int, consultant: int, seconds: int = 300) -> str:
    """A call of yesterday, settled, through the services."""
    asks, helps = User.objects.get(pk=client), User.objects.get(pk=consultant)
    began = now() - timedelta(days=1)
    with unseen():
        call = stage.live(asks, helps, at=began)
        last = stage.talk(call, since=began, seconds=seconds)
        with travel(last):
            attendance.end(consultation_id=call.pk, user=asks)
        set_switch(user=helps, on=False)
    return str(call.pk)


def consultations_of(user: int) -> list[str]:
    found = Consultation.objects.of(User.objects.get(pk=user)).order_by("requested_at")
    return [str(key) for key in found.values_list("pk", flat=True)]


def shown(user: int) -> str:
    return ConsultantProfile.objects.get(user=user).shown_state


def switch_off(user: int) -> None:
    set_switch(user=User.objects.get(pk=user), on=False)


def block(user: int) -> None:
    people.block(user=User.objects.get(pk=user), by=None)


def accepted_call(client: int, consultant: int) -> str:
    """A room that is open and empty."""
    call = stage.ring(User.objects.get(pk=client), User.objects.get(pk=consultant), at=now())
    requests.accept(consultation_id=call.pk, user=call.consultant)
    return str(call.pk)


def ring(client: int, consultant: int) -> str:
    """A request that nobody has answered yet."""
    return str(stage.ring(User.objects.get(pk=client), User.objects.get(pk=consultant), at=now()).pk)


def settlements(id: str) -> int:
    """How often the ledger settled this consultation."""
    return Journal.objects.filter(reference=f"consultation:{id}", op__in=SETTLEMENTS).count()


def written(call: str) -> list[list[Any]]:
    """Number, author and text of every message, in order."""
    return [
        list(row) for row in Message.objects.filter(consultation=call).values_list("number", "author", "text")
    ]
