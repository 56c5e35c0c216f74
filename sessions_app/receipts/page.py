"""The receipt of a finished consultation; the page itself is dispatched by `views/consultation.py`."""

from datetime import datetime
from typing import Any

from accounts.models import User
from sessions_app.chat.transcript import written_in
from sessions_app.models import Consultation
from sessions_app.receipts.receipt import BAR_WIDTH, receipt_of


def receipt_context(consultation: Consultation, user: User, now: datetime) -> dict[str, Any]:
    """The context of `sessions_app/receipt.html` for one of the two people."""
    role = consultation.role_of(user)
    return {
        "consultation": consultation,
        "role": role,
        "other": consultation.other(user),
        "now": now,
        "receipt": receipt_of(consultation=consultation, role=role),
        "bar_width": BAR_WIDTH,
        "written": written_in(consultation=consultation, reader=user),
    }
