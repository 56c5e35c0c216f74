"""Interruptions of joint time: a side is lost, a side left, or our server had an outage."""

from datetime import datetime, timedelta

from accounts.models import User
from marketplace.core import rules
from sessions_app.calls.beats import Heard, both_heard, later_of_both, note_heard
from sessions_app.calls.intervals import SILENT, close_interval, open_interval
from sessions_app.calls.moves import move, note, show_engaged, tell
from sessions_app.calls.outages import return_until
from sessions_app.calls.web_processes import Outage, outage_under
from sessions_app.models import CLIENT, CONSULTANT, ClockTick, Consultation
from sessions_app.states import EndReason, State

FORGIVEN = timedelta(seconds=rules.OUTAGE_JOINT_SECONDS)


def interrupt(
    *,
    consultation: Consultation,
    because: EndReason,
    counted_until: datetime | None,
    at: datetime,
    actor: User | None = None,
) -> Consultation:
    """live -> interrupted: joint time stops at `counted_until`; both have until `return_by` to come back."""
    paused = counted_until or at
    close_interval(consultation, paused, because)
    return move(
        consultation=consultation,
        to=State.INTERRUPTED,
        at=at,
        kind="interrupted",
        actor=actor,
        reason=because,
        interrupted_at=paused,
        interrupted_by=because,
        return_by=return_until(consultation=consultation, paused=paused, told=at, at=at),
        ends_at=None,
    )


def side_lost(consultation: Consultation, at: datetime) -> EndReason:
    """Whose page has been silent for too long at `at`; if both pages answer, they found no path.

    Nobody whom our own outage silenced is lost, whoever comes back later.
    """
    gone = [role for role in (CLIENT, CONSULTANT) if at - _last_answer(consultation, role, at) > SILENT]
    if _outage_of(consultation, gone or [CLIENT, CONSULTANT], at):
        return EndReason.SERVER_LOST
    if len(gone) == 1:
        return EndReason(f"{gone[0]}_lost")
    return EndReason.BOTH_LOST if gone else EndReason.NO_PATH


def _last_answer(consultation: Consultation, role: str, at: datetime) -> datetime:
    return consultation.last_answer(role) or consultation.live_at or at


def absent_side(consultation: Consultation) -> str:
    """The role whose absence interrupted the call; '' if both or our server were away."""
    return _side_in(consultation.interrupted_by)


def _side_in(reason: str) -> str:
    side = reason.partition("_")[0]
    return side if side in (CLIENT, CONSULTANT) else ""


def absence(*, consultation: Consultation, at: datetime) -> EndReason:
    """Why an interrupted call does not go on at `at`: the same for an end by the clock and by a press.

    What stopped it, until somebody who was away is back: then whoever is silent now keeps it from going
    on, and if both pages are there, they find no path. Two differences, or a page could choose what is
    cheap by what it says: whoever pressed *Leave* and is back without contact is still who left, and if
    both are silent now, what stopped it stands. A stop of our own making stays ours.
    """
    stopped_by = EndReason(consultation.interrupted_by)
    side = absent_side(consultation)
    if stopped_by == EndReason.SERVER_LOST or (side and not is_back(consultation, side, at)):
        return stopped_by
    why = side_lost(consultation, at)
    left = stopped_by in (EndReason.CLIENT_LEFT, EndReason.CONSULTANT_LEFT)
    return stopped_by if why == EndReason.BOTH_LOST or (left and why == EndReason.NO_PATH) else why


def end_pressed(*, consultation: Consultation, role: str, at: datetime) -> EndReason:
    """Why an interrupted call is over if `role` ends it: as `absence`, but nobody who presses is absent."""
    why = absence(consultation=consultation, at=at)
    return EndReason(f"{role}_ended") if _side_in(why) == role else why


def is_back(consultation: Consultation, role: str, at: datetime) -> bool:
    """Whether the page of this side answers at `at`, after the clock was stopped."""
    answer = _last_answer(consultation, role, at)
    return answer > (consultation.interrupted_at or at) and at - answer <= SILENT


def outage_over(consultation: Consultation, at: datetime) -> Outage | None:
    """The outage of ours that silenced one side or both; of two the one that is over later, or not yet."""
    return _outage_of(consultation, [CLIENT, CONSULTANT], at)


def _outage_of(consultation: Consultation, roles: list[str], at: datetime) -> Outage | None:
    found = [one for role in roles if (one := _outage_under(consultation, role, at))]
    return max(found, key=lambda one: (one.until is None, one.until or one.since), default=None)


def _outage_under(consultation: Consultation, role: str, at: datetime) -> Outage | None:
    process = getattr(consultation, f"{role}_process")
    if process is None:  # heard before processes had rows
        return _outage_of_clock(consultation.witnessed_until)
    heard_at = _last_answer(consultation, role, at)
    if consultation.state == State.LIVE:  # an answer without contact is no way back from our outage
        heard_at = getattr(consultation, f"{role}_seen_at") or heard_at
    return outage_under(process=process, heard_at=heard_at, at=at)


def _outage_of_clock(witnessed: datetime | None) -> Outage | None:
    tick = ClockTick.objects.filter(outage_from__isnull=False).first()
    if tick is None or witnessed is None or tick.outage_from is None or tick.outage_until is None:
        return None
    about_then = tick.outage_from - SILENT <= witnessed <= tick.outage_until
    return Outage(tick.outage_from, tick.outage_until, frozen=True) if about_then else None


def bridge(*, consultation: Consultation, heard: dict[str, Heard], at: datetime) -> bool:
    """After our own outage: keep the call live if both same pages report unbroken contact.

    True while that is still possible or done. The outage counts as joint for at most 10 s; a longer
    one closes the interval there and opens the next at the return (docs/decisions/0007).
    """
    outage = outage_over(consultation, at)
    if outage is None or not outage.may_go_on(at):
        return False
    if not all(_same_page_unbroken(consultation, role, one) for role, one in heard.items()):
        return False
    witnessed = consultation.witnessed_until or at
    note_heard(consultation=consultation, heard=heard)
    if both_heard(consultation=consultation, at=at, since=witnessed):
        _count_outage(consultation, witnessed, later_of_both(consultation=consultation), at)
    return True


def _same_page_unbroken(consultation: Consultation, role: str, one: Heard) -> bool:
    return one.beat.unbroken and one.beat.page == getattr(consultation, f"{role}_page")


def _count_outage(consultation: Consultation, witnessed: datetime, back: datetime, at: datetime) -> None:
    ends_at = consultation.ends_at or back
    heard_until = min(s for s in (consultation.client_seen_at, consultation.consultant_seen_at) if s)
    columns = {"witnessed_until": min(heard_until, ends_at)}
    if heard_until - witnessed > FORGIVEN:
        counted = min(witnessed + FORGIVEN, ends_at)
        close_interval(consultation, counted, EndReason.SERVER_LOST)
        open_interval(consultation, back)
        columns = {"witnessed_until": back, "ends_at": ends_at + (back - counted)}
    Consultation.objects.filter(pk=consultation.pk, state=State.LIVE).update(**columns)
    consultation.refresh_from_db()
    show_engaged(consultation=consultation)
    tell(consultation=consultation)  # the pages have already reconnected and still show the old end
    note(consultation=consultation, at=at, kind="outage", reason=EndReason.SERVER_LOST)
