from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.core.http import AuthedRequest, safe_next, to_page, verified_email_required
from marketplace.core.words import in_credits
from wallet import queries
from wallet.errors import TooManyTopUps
from wallet.payments import top_ups
from wallet.payments.forms import TopUpForm, fresh_form


@require_http_methods(["GET", "POST"])
@login_required
@verified_email_required
def top_up(request: AuthedRequest) -> HttpResponse:
    if request.method == "GET":
        return _top_up_page(request, fresh_form(_missing(request)))
    form = TopUpForm(request.POST)
    if not form.is_valid():
        return _top_up_page(request, form, status=422)
    try:
        bought = top_ups.top_up(
            user_id=request.user.pk,
            amount=form.cleaned_data["amount"],
            form_key=form.cleaned_data["form_key"],
        )
    except TooManyTopUps as refusal:
        form.add_error(None, refusal.message)
        return _top_up_page(request, form, status=refusal.http_status)
    added = _("Added {amount} credits to your wallet.").format(amount=in_credits(bought.amount))
    messages.success(request, added)
    return to_page(request, safe_next(request, "wallet"))


def _top_up_page(request: AuthedRequest, form: TopUpForm, status: int = 200) -> HttpResponse:
    fragment = bool(request.htmx)
    context = {
        **form.context(safe_next(request, "wallet")),
        "balance": queries.balance(request.user.pk),
        "fragment": fragment,
    }
    template = "wallet/_top_up.html" if fragment else "wallet/top_up.html"
    # htmx swaps nothing in for an error status, and the form itself shows the error.
    return render(request, template, context, status=200 if fragment else status)


def _missing(request: HttpRequest) -> int:
    """The missing hundredths of a credit, as given by the previous page, to propose a large enough amount."""
    text = request.GET.get("missing", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
