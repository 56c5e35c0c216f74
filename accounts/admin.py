"""What staff see of people: accounts to block, profiles to approve, skills to name.

Approving, refusing and blocking are actions: the admin's own change view holds a transaction open,
in which a service that opens its own would refuse to run.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.forms import CharField, Textarea
from django.http import HttpRequest

from accounts.models import ConsultantProfile, FormerHandle, Skill, User, UsualHours
from accounts.services import people, profiles
from marketplace.errors import DomainError

admin.site.site_header = admin.site.site_title = "Quarter staff"
admin.site.index_title = "Staff pages"
admin.site.unregister(EmailAddress)
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one door, one limit


class NoAdding:
    """Rows that the product itself makes, changes and keeps."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def each(request: HttpRequest, rows: QuerySet[Any], step: Callable[[Any], object], done: str) -> None:
    """Run a service for every chosen row, and say for each what became of it."""
    for row in rows:
        try:
            step(row)
        except DomainError as problem:
            messages.warning(request, f"{row}: {problem.message}")
        else:
            messages.success(request, f"{row}: {done}.")


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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fixed = ("email", "needs_help", "gives_help", "is_active", "last_login", "date_joined")
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups")
        return fixed + rights

    @admin.action(description="Block: cannot sign in, profile hidden")
    def block(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        each(request, rows.exclude(pk=request.user.pk or 0), lambda user: people.block(user=user), "blocked")

    @admin.action(description="Unblock")
    def unblock(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        each(request, rows, lambda user: people.unblock(user=user), "may sign in again")


class NoteForm(ActionForm):
    """The note that goes with "send back"."""

    note = CharField(
        required=False,
        max_length=400,
        label="Note to the consultant",
        widget=Textarea(attrs={"rows": 1, "cols": 40}),
    )


class HoursInline(NoAdding, admin.TabularInline):  # type: ignore[type-arg]
    model = UsualHours
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ConsultantProfile)
class ConsultantProfileAdmin(NoAdding, admin.ModelAdmin):  # type: ignore[type-arg]
    """The queue of profiles to approve, and what each says; read-only, moved by actions."""

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

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Rows are read-only, actions are not: who may change profiles may approve them.
        return super().get_actions(request) if self.may_decide(request) else {}

    def may_decide(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_consultantprofile")

    @admin.action(description="Approve: clients can find and call them")
    def approve(self, request: HttpRequest, rows: QuerySet[ConsultantProfile]) -> None:
        staff: Any = request.user
        each(request, rows, lambda profile: profiles.approve(profile=profile, by=staff), "approved")

    @admin.action(description="Send back with the note")
    def send_back(self, request: HttpRequest, rows: QuerySet[ConsultantProfile]) -> None:
        staff: Any = request.user
        note = request.POST.get("note", "")
        each(request, rows, lambda row: profiles.refuse(profile=row, by=staff, note=note), "sent back")


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the directory's filter offers."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(FormerHandle)
class FormerHandleAdmin(NoAdding, admin.ModelAdmin):  # type: ignore[type-arg]
    """Addresses that lead on."""

    list_display = ("handle", "profile")
    search_fields = ("handle",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
