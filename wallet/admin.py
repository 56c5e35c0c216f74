"""Read-only pages of the ledger for staff: money never changes by editing a row."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.core.admin import ReadOnly
from marketplace.core.words import in_credits
from wallet.lookup import about
from wallet.models import Account, FoldSnapshot, Journal, Posting, TopUp
from wallet.references import resolve

SEARCH_HELP = _("A person (user:41, 41 or an e-mail address), a consultation id, a reference or a key")


@admin.register(Account)
class AccountAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "kind", "owner", "currency", "credits", "balance_mode")
    list_filter = ("kind", "currency", "balance_mode")
    search_fields = ("=owner",)
    search_help_text = SEARCH_HELP
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("balance in credits"))
    def credits(self, account: Account) -> str:
        return (
            in_credits(account.balance) if account.balance_mode == "row" else gettext("summed from postings")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Account], search_term: str
    ) -> tuple[QuerySet[Account], bool]:
        return (about(search_term).accounts(queryset) if search_term else queryset), False


@admin.register(Journal)
class JournalAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "op", "reference", "idem_key", "occurred_at", "moved", "actor_id", "reason")
    list_filter = ("op", "occurred_at")
    search_fields = ("=idem_key",)
    search_help_text = SEARCH_HELP
    fields = (
        "op", "reference", "opens", "idem_key", "occurred_at", "created_at", "legs", "reverses", "actor_id",
        "approver_id", "reason", "xid",
    )  # fmt: skip
    readonly_fields = ("legs", "opens")
    ordering = ("-id",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journal]:
        return super().get_queryset(request).prefetch_related("postings__debit", "postings__credit")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Journal], search_term: str
    ) -> tuple[QuerySet[Journal], bool]:
        return (about(search_term).journals(queryset) if search_term else queryset), False

    @admin.display(description=_("amount moved, in credits"))
    def moved(self, journal: Journal) -> str:
        return in_credits(sum(leg.amount for leg in journal.postings.all()))

    @admin.display(description=_("postings (from, to, credits)"))
    def legs(self, journal: Journal) -> SafeString:
        lines = (
            (self._pot(leg.debit), self._pot(leg.credit), in_credits(leg.amount))
            for leg in sorted_legs(journal)
        )
        return format_html_join("", "<p>{} → {}: {}</p>", lines)

    @admin.display(description=_("belongs to"))
    def opens(self, journal: Journal) -> str:
        what = resolve([journal.reference])[journal.reference]
        return format_html('<a href="{}">{}</a>', what.url, what.label) if what.url else what.label

    def _pot(self, account: Account) -> SafeString:
        address = reverse("admin:wallet_account_change", args=[account.pk])
        return format_html('<a href="{}">{} {}</a>', address, account.kind, account.owner)


def sorted_legs(journal: Journal) -> list[Posting]:
    """The postings of a journal in the order in which they were booked."""
    return sorted(journal.postings.all(), key=lambda leg: leg.n)


@admin.register(TopUp)
class TopUpAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("uuid", "user_key", "amount", "currency", "state", "created_at")
    list_filter = ("state",)
    search_fields = ("=user_key", "=uuid")
    search_help_text = _("An owner such as user:41, or a top-up id")
    ordering = ("-created_at",)


@admin.register(FoldSnapshot)
class FoldSnapshotAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display: Any = ("account", "upto", "balance")
    list_select_related = ("account",)
    ordering = ("-id",)
