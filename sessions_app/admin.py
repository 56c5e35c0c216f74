"""Consultations for staff: to read, never to change."""

from django.contrib import admin

from marketplace.admin import ReadOnly
from sessions_app.models import Consultation, Event, Interval, Message


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Event
    fields = ("at", "kind", "from_state", "to_state", "reason", "actor")
    extra = 0


class IntervalInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Interval
    fields = ("started_at", "ended_at", "closed_by")
    extra = 0


@admin.register(Consultation)
class ConsultationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Who talked to whom, how it went, what it cost (hundredths of a credit)."""

    list_display = (
        "requested_at",
        "client",
        "consultant",
        "state",
        "end_reason",
        "joint_seconds",
        "bill",
        "fee",
    )
    list_filter = ("state", "end_reason")
    search_fields = ("id__startswith", "client__email", "consultant__email", "topic")
    search_help_text = "The beginning of an id, an e-mail address, or words of the topic"
    date_hierarchy = "requested_at"
    list_select_related = ("client", "consultant")
    inlines = (IntervalInline, EventInline)


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """That something was written, by whom and when; not the words, which only the two may read."""

    list_display = ("sent_at", "consultation", "number", "author")
    fields = list_display
    search_fields = ("consultation__id__startswith", "author__email")
    search_help_text = "The beginning of a consultation's id, or an e-mail address"
    date_hierarchy = "sent_at"
    list_select_related = ("consultation", "author")
