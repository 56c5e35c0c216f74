"""The admin pages about people: accounts to block, profiles to approve, skills to name.

Approving, refusing and blocking are actions, because the admin's own change view holds a transaction
open, and the services refuse to run inside one.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import CharField, Textarea
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import ConsultantProfile, FormerHandle, Skill, User, UsualHours
from accounts.people import services as people
from accounts.profiles import services as profiles
from accounts.staff import DECIDE
from marketplace.core.errors import DomainError

admin.site.site_header = admin.site.site_title = _("Quarter staff")
admin.site.index_title = _("Staff pages")
admin.site.unregister([EmailAddress, Group])
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one door, one limit


class NoAdding:
    """Rows that only the product itself creates, changes and keeps."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def each(request: HttpRequest, rows: QuerySet[Any], step: Callable[[Any], object], done: str) -> None:
    """Run a service for every selected row, and show a message with each result.

    In: the HTML sentence of a success, in which `{row}` stands for the row.
    """
    for row in rows:
        try:
            step(row)
        except DomainError as problem:
            messages.warning(request, format_html("<bdi>{}</bdi>: {}", row, problem.message))
        else:
            messages.success(request, format_html(done, row=row))


@admin.register(User)
class UserAdmin(NoAdding, admin.ModelAdmin):  # type: ignore[type-arg]
    """An account, without its password."""

    list_display = (
        "email",
        "name",
        "needs_help",
        "gives_help",
        "is_active",
        "is_staff",
        "is_demo",
        "date_joined",
    )
    list_filter = ("is_active", "is_staff", "gives_help", "is_demo")
    search_fields = ("email", "name")
    ordering = ("-date_joined",)
    fields = (
        "email",
        "name",
        "needs_help",
        "gives_help",
        "time_zone",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    )
    filter_horizontal = ("groups",)
    actions = ("block", "unblock")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fixed = ("email", "needs_help", "gives_help", "is_active", "last_login", "date_joined")
        gives_rights = request.user.is_superuser and (obj is None or obj.pk != request.user.pk)
        return fixed if gives_rights else (*fixed, "is_staff", "is_superuser", "groups")

    @admin.action(
        permissions=["change"], description=_("Block: the account cannot sign in, and its profile is hidden")
    )
    def block(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        by: Any = request.user
        done = gettext("<bdi>{row}</bdi>: blocked.")
        each(request, rows, lambda user: people.block(user=user, by=by), done)

    @admin.action(permissions=["change"], description=_("Unblock"))
    def unblock(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        by: Any = request.user
        done = gettext("<bdi>{row}</bdi>: may sign in again.")
        each(request, rows, lambda user: people.unblock(user=user, by=by), done)


@admin.register(Group)
class RightsAdmin(GroupAdmin):
    """Only a superuser may edit groups: a member could otherwise grant rights to themselves."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)


class NoteForm(ActionForm):
    """The note that goes with "send back"."""

    note = CharField(
        required=False,
        max_length=400,
        label=_("Note to the consultant"),
        widget=Textarea(attrs={"rows": 1, "cols": 40}),
    )


class HoursInline(NoAdding, admin.TabularInline):  # type: ignore[type-arg]
    model = UsualHours
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ConsultantProfile)
class ConsultantProfileAdmin(NoAdding, admin.ModelAdmin):  # type: ignore[type-arg]
    """The queue of profiles to approve, with their content; read-only, and changed by actions."""

    list_display = ("user", "handle", "headline", "status", "shown_state", "talks_count")
    list_filter = ("status", "shown_state", "skills")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "handle", "headline")
    ordering = ("-status", "id")
    inlines = (HoursInline,)
    actions = ("approve", "send_back")
    action_form = NoteForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        # Rows are read-only but actions are not: the right to change profiles is the right to approve them.
        return request.user.has_perm(DECIDE)

    @admin.action(permissions=["decide"], description=_("Approve: clients can find and call them"))
    def approve(self, request: HttpRequest, rows: QuerySet[ConsultantProfile]) -> None:
        by: Any = request.user
        done = gettext("<bdi>{row}</bdi>: approved.")
        each(request, rows, lambda profile: profiles.approve(profile=profile, by=by), done)

    @admin.action(permissions=["decide"], description=_("Send back with a note"))
    def send_back(self, request: HttpRequest, rows: QuerySet[ConsultantProfile]) -> None:
        by: Any = request.user
        note = request.POST.get("note", "")
        done = gettext("<bdi>{row}</bdi>: sent back.")
        each(request, rows, lambda row: profiles.refuse(profile=row, by=by, note=note), done)


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The skills that the directory's filter offers."""

    list_display = ("name", "name_de", "slug")
    search_fields = ("name", "name_de")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(FormerHandle)
class FormerHandleAdmin(NoAdding, admin.ModelAdmin):  # type: ignore[type-arg]
    """Old addresses that redirect to a profile."""

    list_display = ("handle", "profile")
    search_fields = ("handle",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
