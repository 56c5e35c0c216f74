"""The staff dashboard: the results of the last ledger checks, and the state of the relays."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.core.http import AuthedRequest
from sessions_app.room import turn_check
from wallet.checks import in_words
from wallet.queries import recent_checks, system_balances


@require_safe
@login_required
def board(request: AuthedRequest) -> HttpResponse:
    """Show it to staff; for everyone else the page does not exist."""
    if not request.user.is_staff:
        raise Http404
    checks = recent_checks()
    context = {
        "last": checks[0] if checks else None,
        "violations": [{**each, "rule": in_words(each["rule"])} for each in checks[0].violations]
        if checks
        else [],
        "checks": checks,
        "balances": system_balances(),
        "relays": turn_check.watch.look(),
    }
    return render(request, "marketplace/board.html", context)
