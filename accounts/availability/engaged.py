"""Records who is in a consultation, missed a ring, or answers well; called by the consultation services."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, Value, When
from django.db.models.fields import BooleanField, DateTimeField

from accounts.availability.expression import shown_as, switch_on
from accounts.availability.write import ALL_PAGES, write
from accounts.models import ConsultantProfile, Shown
from marketplace.core import rules
from marketplace.core.time import now


def set_engaged(
    *, person_ids: Sequence[int], until: datetime, ends_at: datetime | None = None, seconds: int = 0
) -> None:
    """Show these people as busy until `clear_engaged`; the other values only serve the texts.

    In: accounts, consultants or not; the latest known end; and while the bought time runs, when it is used
    up and its length in seconds. Runs in the caller's transaction; the news is published after its commit.
    """
    write(
        ConsultantProfile.objects.all(),
        user_ids=person_ids,
        shown=Shown.BUSY,
        tell=[ALL_PAGES],
        engaged_until=until,
        call_ends_at=ends_at,
        call_seconds=seconds,
    )


def clear_engaged(*, person_ids: Sequence[int], talked: bool = False) -> None:
    """Show these people as they are without the consultation; `talked` adds one call to each total."""
    write(
        ConsultantProfile.objects.all(),
        user_ids=person_ids,
        shown=shown_as(now(), engaged=False),
        tell=[ALL_PAGES],
        engaged_until=None,
        call_ends_at=None,
        call_seconds=0,
        talks_count=F("talks_count") + (1 if talked else 0),
    )


def missed_ring(*, user_id: int, caller_id: int, at: datetime) -> bool:
    """Record an unanswered ring: the consultant is away, and after the second in a row switched off.

    From the third in a row on they cannot switch on for half an hour. Nothing changes if the switch is
    already off, or for a demo lease. Out: whether the ring was recorded. Runs in the caller's transaction,
    before its ledger lines; the news is published after its commit.
    """
    off, kept_off = (
        Q(missed_in_row__gte=many - 1) for many in (rules.MISSES_TO_SWITCH_OFF, rules.MISSES_TO_KEEP_OFF)
    )
    counted = write(
        ConsultantProfile.objects.filter(accepting=True, demo_lease=False),
        user_ids=[user_id],
        shown=shown_as(at, on=switch_on(at) & ~off, missed=True),
        missed_ring_at=at,
        missed_caller=caller_id,
        missed_in_row=F("missed_in_row") + 1,
        accepting=Case(When(off, then=False), default=True, output_field=BooleanField()),
        kept_off_until=_if(kept_off, at + timedelta(seconds=rules.KEPT_OFF_SECONDS)),
    )
    return bool(counted)


def answered(*, user_id: int, asked: int, taken: int, seconds: int | None, in_time: bool) -> None:
    """Store how this consultant answers: `taken` of the last `asked` requests, in `seconds` (the median).

    `in_time`: they accepted or declined the newest one, so the series of missed rings is over.
    Runs in the caller's transaction; it publishes no news, because no state changes.
    """
    columns = {"asked_lately": asked, "taken_lately": taken, "answer_seconds": seconds}
    row = ConsultantProfile.objects.filter(user_id=user_id)
    row.update(**columns, **({"missed_in_row": 0} if in_time else {}))


def _if(condition: Q, moment: datetime) -> Case:
    return Case(
        When(condition, then=Value(moment)), default=Value(None), output_field=DateTimeField(null=True)
    )
