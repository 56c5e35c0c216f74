"""The admin pages of consultations, which staff can read but not change."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.core.admin import ReadOnly
from sessions_app.models import Consultation, Event, Interval, Message


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Event
    fields = ("at", "kind", "from_state", "to_state", "reason", "actor")
    extra = 0


class IntervalInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Interval
    fields = ("started_at", "ended_at", "closed_by")
    extra = 0


class NoPathAgainFilter(admin.SimpleListFilter):
    """Finds consultants whose calls lose contact with one client after another."""

    title = _("lost contact with several clients")
    parameter_name = "no_path_again"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(no_path_again=True) if self.value() == "yes" else queryset


@admin.register(Consultation)
class ConsultationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The two people, the course and the cost of each consultation; amounts are hundredths of a credit."""

    list_display = (
        "requested_at",
        "client",
        "consultant",
        "state",
        "end_reason",
        "no_path_again",
        "joint_seconds",
        "bill",
        "fee",
    )
    list_filter = ("state", "end_reason", NoPathAgainFilter)
    readonly_fields = ("no_path_again",)
    search_fields = ("id__startswith", "client__email", "consultant__email", "topic")
    search_help_text = _("Start of an id, an e-mail address, or words from the topic")
    date_hierarchy = "requested_at"
    list_select_related = ("client", "consultant")
    inlines = (IntervalInline, EventInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        rows: Any = super().get_queryset(request)
        marked: QuerySet[Consultation] = rows.marking_no_path_again()
        return marked

    @admin.display(boolean=True, description=_("lost contact with another client too"))
    def no_path_again(self, consultation: Any) -> bool:
        """Whether the call was free for this reason; it may be the consultant's connection that is bad."""
        return bool(consultation.no_path_again)


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The author and the time of each message, but not its text, which only the two people may read."""

    list_display = ("sent_at", "consultation", "number", "author")
    fields = list_display
    search_fields = ("consultation__id__startswith", "author__email")
    search_help_text = _("Start of a consultation's id, or an e-mail address")
    date_hierarchy = "sent_at"
    list_select_related = ("consultation", "author")
