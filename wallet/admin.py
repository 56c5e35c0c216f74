"""The ledger for staff to read. Money never changes by editing a row."""

from django.contrib import admin

from marketplace.admin import ReadOnly
from wallet.models import Account, Journal, Posting, TopUp


class PostingInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Posting
    fields = ("debit", "credit", "amount")
    extra = 0


@admin.register(Account)
class AccountAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "kind", "owner", "currency", "balance", "balance_mode", "floor")
    list_filter = ("kind", "currency")
    search_fields = ("=owner", "kind")
    search_help_text = "An owner such as user:41 or consultation:<uuid>, or a kind of account"


@admin.register(Journal)
class JournalAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "op", "reference", "idem_key", "occurred_at", "actor_id", "reason")
    list_filter = ("op",)
    search_fields = ("=idem_key", "=reference", "=postings__debit__owner", "=postings__credit__owner")
    search_help_text = "A key, a reference or an owner"
    exclude = ("request_hash",)
    inlines = (PostingInline,)
    ordering = ("-id",)


@admin.register(Posting)
class PostingAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "journal", "debit", "credit", "amount")
    list_select_related = ("journal", "debit", "credit")
    search_fields = ("=journal__idem_key", "=journal__reference", "=debit__owner", "=credit__owner")
    search_help_text = "A key, a reference or an owner"
    ordering = ("-id",)


@admin.register(TopUp)
class TopUpAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("uuid", "user_key", "amount", "currency", "state", "created_at")
    list_filter = ("state",)
    search_fields = ("=user_key", "=uuid")
    search_help_text = "An owner such as user:41, or the id of a top-up"
    ordering = ("-created_at",)
