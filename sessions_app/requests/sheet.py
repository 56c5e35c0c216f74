"""The context of the call sheet: the price, the balance, and why a consultant cannot be called."""

from typing import Any

from django.conf import settings

from accounts.availability.leases import callable_now
from accounts.models import ConsultantProfile, Shown, User
from marketplace.core import rules
from marketplace.core.time import now
from sessions_app.models import Consultation
from sessions_app.requests.alternatives import others_free
from sessions_app.requests.place import terms_for
from wallet.queries import balance

AMOUNTS = (500, 1000, 2500, 5000)


def sheet_context(profile: ConsultantProfile, user: Any) -> dict[str, Any]:
    """The whole context except the typed texts and the keys."""
    known: User | None = user if user.is_authenticated else None
    hurdle = _hurdle(profile, known)
    return {
        "profile": profile,
        "terms": terms_for(profile=profile),
        "hurdle": hurdle,
        "open_one": known and Consultation.objects.of(known).open().first(),
        "others": others_free(instead_of=profile, viewer=known) if hurdle != "own" else [],
        "callable_demo": settings.DEMO_CALLABLE,
        "topics": [f"c:{profile.user_id}"],
        "minimum_bill": profile.price * rules.MINIMUM_BILL_SECONDS // rules.PRICE_SECONDS,
        "least_clock": rules.MINIMUM_BILL_SECONDS,
        "rules": rules,
        "test_credits": settings.WALLET_CURRENCY == "XTS",
        **(_money(profile, known) if known else {}),
    }


def _hurdle(profile: ConsultantProfile, user: User | None) -> str:
    """Why this consultant cannot be called: own, demo, busy, offline, or '' if they can."""
    if user is not None and profile.user_id == user.pk:
        return "own"
    if profile.demo_lease:
        return "demo"
    if profile.shown_state == Shown.BUSY or profile.engaged_until is not None:
        return "busy"
    return "" if callable_now(profile, now()) else "offline"


def _money(profile: ConsultantProfile, user: User) -> dict[str, Any]:
    available = balance(user.pk).available
    missing = max(0, profile.price - available)
    return {
        "available": available,
        "after": available - profile.price,
        "missing": missing,
        "amounts": _amounts(missing) if missing else [],
    }


def _amounts(missing: int) -> list[tuple[int, bool, bool]]:
    """(amount, whether it is exactly what is missing, whether it is preselected), in ascending order."""
    least = max(missing, rules.TOP_UP_MIN)
    all_amounts = sorted({*AMOUNTS, least} if least <= rules.TOP_UP_MAX else set(AMOUNTS))
    proposed = next((amount for amount in AMOUNTS if amount >= missing), least)
    return [(amount, amount == missing, amount == proposed) for amount in all_amounts]
