"""The answer record of a consultant, from the rows of the last requests that reached them."""

from datetime import datetime
from statistics import median

from django.db.models import Q

from accounts.availability.engaged import answered
from marketplace.core import rules
from sessions_app.models import Consultation
from sessions_app.states import State

# An answered request has reached the consultant. An expired one counts only if it was on one of their
# screens, and a cancelled one never counts.
REACHED = (
    Q(accepted_at__isnull=False)
    | Q(state=State.DECLINED)
    | Q(state=State.EXPIRED, delivered_at__isnull=False)
)


def recount(*, consultation: Consultation) -> None:
    """Write "took N of the last M" and the usual time to the accept; after a move out of `ringing`.

    Inside the transaction of the move, before its ledger lines.
    """
    last = Consultation.objects.filter(REACHED, consultant_id=consultation.consultant_id)
    rows = list(
        last.order_by("-requested_at").values_list("requested_at", "accepted_at")[: rules.ANSWERS_LAST]
    )
    waits = [_seconds(asked, taken) for asked, taken in rows if taken is not None]
    answered(
        user_id=consultation.consultant_id,
        asked=len(rows),
        taken=len(waits),
        seconds=round(median(waits)) if waits else None,
        in_time=consultation.state in (State.ACCEPTED, State.DECLINED),
    )


def _seconds(asked: datetime, taken: datetime) -> float:
    return (taken - asked).total_seconds()
