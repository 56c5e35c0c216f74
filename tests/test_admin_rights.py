"""Every page and every action of the admin, with the right that it names and without it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import ConsultantProfile, FormerHandle, User
from marketplace.core.time import now
from sessions_app.chat.services import say
from sessions_app.tests.stage import live
from tests.support import cast
from wallet.maintenance.snapshots import take_snapshots

pytestmark = pytest.mark.django_db
PAGES = {page.model: page for page in admin.site._registry.values()}
ACTIONS = [
    pytest.param(model, name, function, id=f"{model._meta.model_name}-{name}")
    for model, page in PAGES.items()
    for function, name, _ in page._get_base_actions()
]
USERS, PROFILES = "/admin/accounts/user/", "/admin/accounts/consultantprofile/"


@pytest.fixture
def story(clara: User, conrad: User, fund: Callable[..., None]) -> None:
    """At least one row of everything that the admin shows."""
    fund(clara, 5000)
    call = live(clara, conrad, at=now())
    say(consultation_id=call.pk, user=clara, client_id=uuid.uuid4(), text="Hello")
    FormerHandle.objects.create(handle="connie", profile=conrad.profile)
    Group.objects.create(name="Helpers")
    take_snapshots()


def staff_with(name: str, *codenames: str) -> User:
    """A member of staff, no superuser, with these rights."""
    user = cast.person(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def reader() -> User:
    """A member of staff who may look at everything and change nothing."""
    names = Permission.objects.filter(codename__startswith="view_").values_list("codename", flat=True)
    return staff_with("rita", *names)


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rows_of_everything() -> dict[str, list[Any]]:
    """What is in the tables that the admin shows."""
    tables = {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in PAGES}
    people = tables[User._meta.label]
    tables[User._meta.label] = [{k: v for k, v in one.items() if k != "last_login"} for one in people]
    return tables


def act(by: User, url: str, action: str, row: Model, **extra: str) -> str:
    """The page that `by` sees after the action."""
    browser = Client()
    browser.force_login(by)
    form = {"action": action, "_selected_action": str(row.pk), **extra}
    return browser.post(url, form, follow=True).content.decode()


# --- every page, every action


@pytest.mark.parametrize(("model", "name", "action"), ACTIONS)
def test_every_action_names_its_right_and_is_offered_with_it_alone(
    model: type[Model], name: str, action: Any, rf: RequestFactory
) -> None:
    rights = getattr(action, "allowed_permissions", None)
    assert rights, f"{model._meta.label}.{name} is offered to everybody who sees the list"
    viewed, changed = rf.get("/"), rf.get("/")
    viewed.user = reader()
    changed.user = staff_with("otto", *(f"{verb}_{model._meta.model_name}" for verb in ("view", "change")))

    assert name not in PAGES[model].get_actions(viewed)
    assert (name in PAGES[model].get_actions(changed)) == (name != "delete_selected")


def test_staff_who_may_only_look_change_nothing_by_any_action(story: None, rf: RequestFactory) -> None:
    by = reader()
    before = rows_of_everything()
    assert all(before.values()), "a table of this story is empty"

    for case in ACTIONS:
        model, name, _ = case.values
        row = model._base_manager.order_by("pk").first()
        act(by, address(model, "changelist"), name, row, note="No.", post="yes")

    assert rows_of_everything() == before
    assert not LogEntry.objects.exists()


def test_staff_who_may_only_look_see_every_row_and_send_no_form(story: None) -> None:
    browser = Client()
    browser.force_login(reader())
    before = rows_of_everything()

    for model in PAGES:
        row = model._base_manager.order_by("pk").first()
        assert browser.get(address(model, "changelist")).status_code == 200, model
        assert browser.get(address(model, "change", row.pk)).status_code == 200, model
        for page, args in (("change", [row.pk]), ("delete", [row.pk]), ("add", [])):
            sent = browser.post(address(model, page, *args), {"post": "yes", "name": "Changed"})
            assert sent.status_code == 403, (model, page)

    assert rows_of_everything() == before


def test_staff_without_rights_see_no_row(story: None) -> None:
    browser = Client()
    browser.force_login(staff_with("nobody"))

    for model in PAGES:
        row = model._base_manager.order_by("pk").first()
        for page, args in (("changelist", []), ("change", [row.pk]), ("history", [row.pk])):
            assert browser.get(address(model, page, *args)).status_code == 403, (model, page)


# --- blocking


@pytest.mark.parametrize("action", ["block", "unblock"])
def test_staff_with_the_right_block_and_unblock_and_the_history_says_who(clara: User, action: str) -> None:
    by = staff_with("otto", "view_user", "change_user")
    User.objects.filter(pk=clara.pk).update(is_active=action == "block")

    act(by, USERS, action, clara)

    assert User.objects.get(pk=clara.pk).is_active == (action == "unblock")
    told = history_of(by, clara)
    assert f"{action.capitalize()}ed." in told and "otto@example.com" in told


def history_of(by: User, row: Model) -> str:
    """The page of the admin that says who did what to this row."""
    browser = Client()
    browser.force_login(by)
    return browser.get(address(type(row), "history", row.pk)).content.decode()


@pytest.mark.parametrize("action", ["block", "unblock"])
def test_only_a_superuser_blocks_or_unblocks_a_superuser(ada: User, action: str) -> None:
    boss = cast.person("boss", is_staff=True, is_superuser=True, is_active=action == "block")
    otto = staff_with("otto", "view_user", "change_user")

    told = act(otto, USERS, action, boss)
    assert "Only a superuser may block or unblock" in told
    assert User.objects.get(pk=boss.pk).is_active == (action == "block")

    act(ada, USERS, action, boss)
    assert User.objects.get(pk=boss.pk).is_active == (action == "unblock")


def test_superuser_does_not_block_themselves_and_is_told(ada: User) -> None:
    assert "You cannot decide about your own account" in act(ada, USERS, "block", ada)
    assert User.objects.get(pk=ada.pk).is_active


# --- profiles


@pytest.fixture
def sent(conrad: User) -> ConsultantProfile:
    """A profile that waits for staff."""
    ConsultantProfile.objects.update(status="submitted")
    return ConsultantProfile.objects.get(user=conrad)


OUTCOMES = [("approve", "approved", "Approved."), ("send_back", "refused", "Sent back: Which courts?")]


@pytest.mark.parametrize(("action", "status", "words"), OUTCOMES)
def test_staff_with_the_right_decide_about_a_profile_and_the_history_says_who(
    sent: ConsultantProfile, action: str, status: str, words: str
) -> None:
    by = staff_with("otto", "change_consultantprofile")

    act(by, PROFILES, action, sent, note="Which courts?")

    assert ConsultantProfile.objects.get().status == status
    told = history_of(by, sent)
    assert words in told and "otto@example.com" in told


@pytest.mark.parametrize(("action", "status", "words"), OUTCOMES)
def test_consultant_who_is_staff_decides_nothing_about_their_own_profile(
    sent: ConsultantProfile, action: str, status: str, words: str
) -> None:
    User.objects.filter(pk=sent.user_id).update(is_staff=True, is_superuser=True)

    told = act(User.objects.get(pk=sent.user_id), PROFILES, action, sent, note="I am good.")

    assert "You cannot decide about your own account" in told
    assert ConsultantProfile.objects.get().status == "submitted"
    assert not LogEntry.objects.exists()


# --- rights that somebody could give to themselves


def rights_form(user: User, **changes: object) -> dict[str, object]:
    return {"name": user.name, "time_zone": "", "is_staff": "on", "is_superuser": "on", **changes}


def test_staff_who_change_accounts_give_nobody_a_right(clara: User, signed_in: Any) -> None:
    everything = Group.objects.create(name="Everything")
    otto = staff_with("otto", "view_user", "change_user")

    for user in (otto, clara):
        form = rights_form(user, groups=[everything.pk])
        assert signed_in(otto).post(address(User, "change", user.pk), form).status_code == 302
        user.refresh_from_db()
        assert not user.is_superuser
        assert not user.groups.exists()
    assert not clara.is_staff


def test_staff_who_change_groups_give_themselves_no_right(signed_in: Any) -> None:
    otto = staff_with("otto", *(f"{verb}_group" for verb in ("view", "add", "change", "delete")))
    mine = Group.objects.create(name="Mine")
    otto.groups.add(mine)
    form = {"name": "Mine", "permissions": [Permission.objects.get(codename="change_user").pk]}

    for page, args in (("change", [mine.pk]), ("delete", [mine.pk]), ("add", [])):
        assert signed_in(otto).post(address(Group, page, *args), form).status_code == 403
    assert not User.objects.get(pk=otto.pk).has_perm("accounts.change_user")


def test_account_of_a_superuser_is_changed_by_superusers_alone(ada: User, signed_in: Any) -> None:
    otto = staff_with("otto", "view_user", "change_user")

    assert signed_in(otto).post(address(User, "change", ada.pk), rights_form(ada)).status_code == 403


def test_superuser_gives_rights_to_others_and_neither_gives_nor_takes_their_own(
    ada: User, clara: User, signed_in: Any
) -> None:
    form = rights_form(clara)
    assert signed_in(ada).post(address(User, "change", clara.pk), form).status_code == 302
    assert User.objects.get(pk=clara.pk).is_superuser

    signed_in(ada).post(address(User, "change", ada.pk), {"name": "Ada", "time_zone": ""})

    assert User.objects.filter(pk=ada.pk, is_staff=True, is_superuser=True).exists()
    assert "Superuser status" in history_of(ada, clara)
