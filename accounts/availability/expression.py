"""The public state of a consultant, defined once as SQL over the columns of the profile."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Q, Value, When
from django.db.models.fields import CharField

from accounts.models import ProfileStatus, Shown
from marketplace.core import rules

ALWAYS, NEVER = Q(pk__isnull=False), Q(pk__isnull=True)
MISSED = Q(missed_ring_at__isnull=False)


def switch_on(moment: datetime) -> Q:
    """Profiles whose switch is on, computed from the columns so that it holds even if no timer ended it.

    The switch ends at the time they chose, after 12 h at most, and 10 min after they became unreachable.
    """
    longest = moment - timedelta(seconds=rules.SWITCH_MAX_SECONDS)
    gone = moment - timedelta(seconds=rules.SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS)
    not_over = Q(accepting_until__isnull=True) | Q(accepting_until__gt=moment)
    ours = Q(accepting=True, accepting_changed_at__gt=longest) & (
        Q(unreachable_since__isnull=True)
        | Q(unreachable_since__gt=gone)
        | Q(accepting_changed_at__gt=gone)  # switched on without a socket: the ten minutes start there
    )
    return Q(status=ProfileStatus.APPROVED) & (ours & not_over & Q(demo_lease=False) | demo_lease_on())


def demo_lease_on() -> Q:
    """Demo consultants are switched on while demo data is on, and never otherwise."""
    return Q(demo_lease=True) if settings.DEMO else NEVER


def not_paused(moment: datetime) -> Q:
    """Profiles without a pause, or whose pause is over even if no timer ended it."""
    return Q(paused_until__isnull=True) | Q(paused_until__lte=moment)


def takes_calls(moment: datetime) -> Q:
    """Profiles that may be rung as far as the database knows: switch on, not paused, no missed ring."""
    return switch_on(moment) & ~MISSED & not_paused(moment)


def shown_as(
    moment: datetime,
    *,
    on: Q | None = None,
    engaged: bool | None = None,
    reachable: bool | None = None,
    missed: bool | None = None,
    paused: bool | None = None,
) -> Case:
    """The value of `shown_state`, for UPDATE or annotate.

    Pass in every value that the same UPDATE changes, because its right-hand side reads the old columns.
    """
    on = switch_on(moment) if on is None else on
    busy = _known(engaged, Q(engaged_until__isnull=False))
    there = _known(reachable, Q(unreachable_since__isnull=True))
    ready = ~_known(missed, MISSED) & ~_known(paused, ~not_paused(moment))
    return Case(
        When(busy, then=Value(Shown.BUSY)),  # in whichever role, also with the switch off
        When(on & there & ready, then=Value(Shown.AVAILABLE)),
        When(on, then=Value(Shown.AWAY)),
        default=Value(Shown.OFFLINE),
        output_field=CharField(),
    )


def _known(answer: bool | None, column: Q) -> Q:
    if answer is None:
        return column
    return ALWAYS if answer else NEVER
