"""The earnings of a consultant, with the calculation of each consultation."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.core.http import AuthedRequest
from sessions_app.receipts.history import PAGE_SIZE, earned
from wallet.queries import earnings_totals


@require_safe
@login_required
def earnings(request: AuthedRequest) -> HttpResponse:
    """The totals, and a line for each completed consultation."""
    page = Paginator(earned(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    totals = earnings_totals(request.user.pk)
    return render(request, "sessions_app/earnings.html", {"page": page, "totals": totals})
