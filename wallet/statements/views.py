"""A month's statement to print, and the lines as CSV for a spreadsheet."""

import csv
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from marketplace.core.http import AuthedRequest
from wallet import queries
from wallet.amounts import plain_credits
from wallet.statements.filters import Part, asked_part, following

MOST = 100_000
COLUMNS = (
    _("date"), _("operation"), pgettext_lazy("column", "what"), pgettext_lazy("column", "with"), _("debit"),
    _("credit"), pgettext_lazy("credits", "held"), _("available after"), _("held after"), _("currency"),
    _("reference"),
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@login_required
def statement(request: AuthedRequest) -> HttpResponse:
    """One month to print."""
    part = asked_part(request)
    if part.month is None:
        raise Http404
    whole = Part(part.month)
    lines = queries.statement(request.user.pk, limit=MOST, **whole.limits()).lines[::-1]
    earlier = queries.statement(request.user.pk, limit=1, before=whole.limits()["since"]).lines
    context = {
        "month": part.month,
        "until": following(part.month),
        "lines": lines,
        "opening": earlier[0].available_after if earlier else 0,
        "closing": (lines[-1:] or earlier)[0].available_after if lines or earlier else 0,
        "came": sum(line.amount for line in lines if line.amount > 0),
        "went": -sum(line.amount for line in lines if line.amount < 0),
        "paid": sum(line.paid for line in lines),
        "test_credits": settings.WALLET_CURRENCY == "XTS",
    }
    return render(request, "wallet/statement.html", context)


@require_GET
@login_required
def statement_csv(request: AuthedRequest) -> HttpResponse:
    """The lines that the URL asks for, oldest first."""
    part = asked_part(request)
    lines = queries.statement(request.user.pk, limit=MOST, **part.limits()).lines[::-1]
    name = f"wallet-{part.name or 'all'}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    table = csv.writer(answer)
    table.writerow(COLUMNS)
    table.writerows(_row(line) for line in lines)
    return answer


def _row(line: queries.Line) -> Iterator[str]:
    currency = settings.WALLET_CURRENCY
    yield timezone.localtime(line.occurred_at).isoformat(timespec="seconds")
    yield line.op_label
    yield _text(line.what.label)
    yield _text(line.what.who)
    yield plain_credits(-line.amount) if line.amount < 0 else ""
    yield plain_credits(line.amount) if line.amount > 0 else ""
    yield plain_credits(line.held)
    yield plain_credits(line.available_after)
    yield plain_credits(line.held_after)
    yield f"{currency} TEST" if currency == "XTS" else currency
    yield line.reference


def _text(words: str) -> str:
    """Quote a cell that begins like a formula: a spreadsheet would run it."""
    return f"'{words}" if words.startswith(FORMULA) else words
