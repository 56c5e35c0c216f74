from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from marketplace.core.http import AuthedRequest
from wallet import queries
from wallet.statements.filters import asked_part, parse_month

PAGE = 24


@require_GET
@login_required
def wallet(request: AuthedRequest) -> HttpResponse:
    number, part = _page_number(request), asked_part(request)
    statement = queries.statement(request.user.pk, limit=PAGE, offset=(number - 1) * PAGE, **part.limits())
    if number > 1 and not statement.lines:
        raise Http404
    context = {
        "balance": queries.balance(request.user.pk),
        "statement": statement,
        "number": number,
        "pages": -(-statement.total // PAGE),
        "part": part,
        "months": months(request),
        "kinds": [(word, label) for word, (label, _ops) in queries.KINDS.items()],
        "test_credits": settings.WALLET_CURRENCY == "XTS",
    }
    return render(request, "wallet/wallet.html", context)


def months(request: AuthedRequest) -> list[tuple[str, date | None]]:
    """The months to choose from, each with its first day."""
    names = queries.months(request.user.pk, timezone.get_current_timezone_name())
    return [(name, parse_month(name)) for name in names]


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
