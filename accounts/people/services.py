"""Changes to a person's account: name, roles, time zone, and whether the account is blocked."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from accounts import staff
from accounts.availability.switch import set_switch, turn_off
from accounts.errors import DemoAccountShared, NameMissing, NoRoleChosen, UnknownLanguage, UnknownTimeZone
from accounts.models import ConsultantProfile, User
from accounts.zones import is_zone
from marketplace.live.session_guard import look_at_sign_ins


@transaction.atomic(durable=True)
def set_name(*, user: User, name: str) -> User:
    """Change the name that others see; raises NameMissing, or DemoAccountShared for a demo account."""
    if user.is_demo:
        raise DemoAccountShared
    user.name = " ".join(name.split())[:80]
    if not user.name:
        raise NameMissing
    user.save(update_fields=["name"])
    return user


@transaction.atomic(durable=True)
def set_roles(*, user: User, needs_help: bool, gives_help: bool) -> User:
    """Set whether a person needs help, gives help, or both; without giving help they go offline.

    Raises NoRoleChosen.
    """
    if not (needs_help or gives_help):
        raise NoRoleChosen
    user.needs_help, user.gives_help = needs_help, gives_help
    user.save(update_fields=["needs_help", "gives_help"])
    if not gives_help:
        turn_off(user_id=user.pk)
    return user


@transaction.atomic(durable=True)
def set_time_zone(*, user: User, name: str) -> User:
    """Store the zone in which a person reads times; raises UnknownTimeZone."""
    if not is_zone(name):
        raise UnknownTimeZone
    user.time_zone = name
    user.save(update_fields=["time_zone"])
    return user


@transaction.atomic(durable=True)
def set_language(*, user: User, code: str) -> User:
    """Keep the language of a person's pages and mails, such as "de"; raises UnknownLanguage."""
    if code not in dict(settings.LANGUAGES):
        raise UnknownLanguage
    user.language = code
    user.save(update_fields=["language"])
    return user


@transaction.atomic(durable=True)
def set_relay_only(*, user: User, on: bool) -> User:
    """Route calls through the relay only (from the next connection on), or by the shortest path again."""
    user.relay_only = on
    user.save(update_fields=["relay_only"])
    return user


def register(*, user: User) -> User:
    """Store an account that the sign-up form has filled in; allauth adds the address afterwards."""
    user.email = user.email.lower()
    user.name = " ".join(user.name.split())[:80]
    user.time_zone = user.time_zone if is_zone(user.time_zone) else ""
    user.language = get_language() or settings.LANGUAGE_CODE
    user.save(force_insert=True)
    return user


def block(*, user: User, by: User | None) -> User:
    """Block an account: it cannot sign in, its open pages are signed out, and its profile is hidden.

    `by` is the member of staff; None stands for the operator's own command. Raises RightMissing,
    AboutYourself or SuperuserNeeded.
    """
    _set_active(user, False, by, "Blocked.")
    look_at_sign_ins(user.pk)
    _go_offline(user)
    return user


def unblock(*, user: User, by: User | None) -> User:
    """Let a blocked account be used again; `by` and the refusals are those of `block`."""
    _set_active(user, True, by, "Unblocked.")
    return user


@transaction.atomic(durable=True)
def _set_active(user: User, active: bool, by: User | None, words: str) -> None:
    if by is not None:
        staff.need_right(by=by, right=staff.BLOCK, about=user)
        staff.need_rank(by=by, about=user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    if by is not None:
        staff.write_down(by=by, about=user, words=words)


@transaction.atomic(durable=True)
def _store(user: User, *columns: str) -> None:
    user.save(update_fields=columns)


def _go_offline(user: User) -> None:
    if ConsultantProfile.objects.filter(user=user, accepting=True).exists():
        set_switch(user=user, on=False)
