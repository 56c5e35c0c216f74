"""The ledger check: runs every rule over all rows and stores the result for staff."""

import logging
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction

from marketplace.core import rules
from marketplace.core.time import now
from wallet import checks
from wallet.models import LedgerCheck

log = logging.getLogger(__name__)


def check_ledger() -> LedgerCheck:
    """Run all rules in one snapshot and store the result; a violation is also logged as an error."""
    return _run(_begin(now()))


def check_ledger_if_due() -> LedgerCheck | None:
    """Run it once an hour, in the first process that asks; None if it is not due or already running."""
    claimed = _claim()
    return _run(claimed) if claimed else None


@transaction.atomic(durable=True)
def _claim() -> LedgerCheck | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('wallet:ledger_check', 0))")
        [free] = cursor.fetchone()
    if not free:
        return None
    moment = now()
    since = moment - timedelta(seconds=rules.LEDGER_CHECK_SECONDS)
    recent = LedgerCheck.objects.filter(started_at__gt=since).exists()
    return None if recent else LedgerCheck.objects.create(started_at=moment)


@transaction.atomic(durable=True)
def _begin(moment: datetime) -> LedgerCheck:
    return LedgerCheck.objects.create(started_at=moment)


def _run(check: LedgerCheck) -> LedgerCheck:
    began = monotonic()
    postings, broken = checks.ask_all()
    return _finish(check, postings, broken, monotonic() - began)


@transaction.atomic(durable=True)
def _finish(check: LedgerCheck, postings: int, broken: list[checks.Violation], seconds: float) -> LedgerCheck:
    told = [violation.told() for violation in broken]
    LedgerCheck.objects.filter(pk=check.pk, finished_at=None).update(
        finished_at=now(), milliseconds=round(seconds * 1000), postings=postings, violations=told
    )
    check.refresh_from_db()
    for violation in broken:
        log.error("the books are wrong", extra={"fields": violation.told()})
    return check
