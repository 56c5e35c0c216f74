"""My consultations, in whichever role."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.core.http import AuthedRequest
from sessions_app.receipts.history import PAGE_SIZE, mine


@require_safe
@login_required
def consultations(request: AuthedRequest) -> HttpResponse:
    """Open consultations first, then past ones, newest first."""
    page = Paginator(mine(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(talk, talk.role_of(request.user), talk.other(request.user)) for talk in page]
    return render(request, "sessions_app/consultations.html", {"page": page, "rows": rows})
