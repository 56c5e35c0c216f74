"""The bill of a consultation, and the ledger lines that settle it in the transaction of its last move."""

from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import User
from marketplace.core import rules
from sessions_app.calls.intervals import SILENT, close_interval, joint_seconds
from sessions_app.calls.moves import disengage, move
from sessions_app.models import Consultation
from sessions_app.states import EndReason, State
from wallet import ledger

FREE_BELOW_MINIMUM = frozenset(
    {
        EndReason.CONSULTANT_ENDED,
        EndReason.CONSULTANT_LEFT,
        EndReason.CONSULTANT_LOST,
        EndReason.BOTH_LOST,
        EndReason.SERVER_LOST,
        EndReason.STAFF_ENDED,
    }
)
FREE_ONCE = frozenset({EndReason.CLIENT_LOST, EndReason.NO_PATH})


def billable_seconds(
    *,
    joint: int,
    reason: EndReason,
    used_free: bool,
    free_below: int = rules.FREE_BELOW_SECONDS,
    minimum: int = rules.MINIMUM_BILL_SECONDS,
) -> int:
    """Seconds to bill for `joint` whole seconds (docs/decisions/0007, the table of ends).

    `used_free`: this client already had the one free call of these days that broke off.
    """
    if joint < free_below:
        return 0
    if joint >= minimum or reason == EndReason.TIME_UP:
        return joint
    if reason in FREE_BELOW_MINIMUM or (reason in FREE_ONCE and not used_free):
        return 0
    return minimum


def billable_at(*, consultation: Consultation, joint: int, reason: EndReason, at: datetime) -> int:
    """The same for this consultation and its client, if it ends like that at `at`, by the rules it copied."""
    used_free = reason in FREE_ONCE and _used_free(consultation, at)
    if used_free and reason == EndReason.NO_PATH:
        others = Consultation.objects.no_path_with_others(
            consultant=consultation.consultant_id, client=consultation.client_id, before=at
        )
        # With others, the consultant's connection is the likelier cause, and staff see it.
        used_free = not others.exists()
    return billable_seconds(
        joint=joint,
        reason=reason,
        used_free=used_free,
        free_below=consultation.free_below_seconds,
        minimum=consultation.minimum_bill_seconds,
    )


def bill_for(*, price: int, billable: int, fee_bps: int, held: int) -> tuple[int, int]:
    """(bill, fee) in hundredths: both floored, the bill never above what is held."""
    bill = min(price * billable // rules.PRICE_SECONDS, held)
    return bill, bill * fee_bps // 10_000


def bill_of(*, consultation: Consultation, billable: int) -> tuple[int, int]:
    """(bill, fee) of this consultation for so many seconds, by the price and fee rate that it copied."""
    price, held = consultation.price, consultation.held
    return bill_for(price=price, billable=billable, fee_bps=consultation.fee_bps, held=held)


def release(
    *,
    consultation: Consultation,
    to: State,
    at: datetime,
    kind: str,
    actor: User | None = None,
    reason: str = "",
    **columns: str,
) -> Consultation:
    """End a consultation that never was live: the whole hold goes back. Ledger lines last (lock order)."""
    consultation = move(
        consultation=consultation,
        to=to,
        at=at,
        kind=kind,
        actor=actor,
        reason=reason,
        ended_at=at,
        settled_at=at,
        **columns,
    )
    disengage(consultation=consultation, talked=False)
    _give_back(consultation, at)
    return consultation


def settle(
    *, consultation: Consultation, reason: EndReason, at: datetime, actor: User | None = None
) -> Consultation:
    """End a consultation that was live; its intervals are closed already. Bill, fee, and the rest back."""
    joint = joint_seconds(consultation)
    billable = billable_at(consultation=consultation, joint=joint, reason=reason, at=at)
    bill, fee = bill_of(consultation=consultation, billable=billable)
    consultation = move(
        consultation=consultation,
        to=State.ENDED,
        at=at,
        kind="ended",
        actor=actor,
        reason=reason,
        end_reason=reason,
        ended_at=at,
        settled_at=at,
        return_by=None,
        joint_seconds=joint,
        billable_seconds=billable,
        bill=bill,
        fee=fee,
    )
    disengage(consultation=consultation, talked=bill > 0)
    if bill:
        _capture(consultation, at)
    else:
        _give_back(consultation, at)
    return consultation


def used_up(*, consultation: Consultation, at: datetime) -> bool:
    """Whether this live call has reached its end, with nobody lost before it (that is for stop_silent)."""
    ends_at, witnessed = consultation.ends_at, consultation.witnessed_until
    if consultation.state != State.LIVE or ends_at is None or witnessed is None:
        return False
    return at >= ends_at and ends_at - witnessed <= SILENT


def settle_used_up(*, consultation: Consultation, at: datetime) -> Consultation:
    """Settle a call whose bought time is used up; a timer and a press do it the same way."""
    assert consultation.ends_at is not None
    close_interval(consultation, consultation.ends_at, EndReason.TIME_UP)
    return settle(consultation=consultation, reason=EndReason.TIME_UP, at=at)


def _used_free(consultation: Consultation, at: datetime) -> bool:
    since = at - timedelta(days=rules.CLIENT_LOST_FREE_DAYS)
    return Consultation.objects.filter(
        client_id=consultation.client_id,
        end_reason__in=FREE_ONCE,
        joint_seconds__gte=F("free_below_seconds"),
        joint_seconds__lt=F("minimum_bill_seconds"),
        ended_at__gt=since,
    ).exists()


def _give_back(consultation: Consultation, at: datetime) -> None:
    ledger.release(
        client=f"user:{consultation.client_id}",
        consultation=consultation.reference,
        currency=consultation.currency,
        now=at,
    )


def _capture(consultation: Consultation, at: datetime) -> None:
    ledger.capture(
        client=f"user:{consultation.client_id}",
        consultant=f"user:{consultation.consultant_id}",
        consultation=consultation.reference,
        used=consultation.bill,
        fee=consultation.fee,
        currency=consultation.currency,
        now=at,
    )
