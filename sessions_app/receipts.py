"""What a finished consultation says to each of its two people: how it ended, which rule made the bill."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core.words import minutes
from sessions_app.models import CONSULTANT, Consultation, Extension, Interval
from sessions_app.receipt_words import rule_of
from sessions_app.states import SET_AWAY, EndReason, State

BAR_WIDTH = 600  # units of the drawing
SECOND = timedelta(seconds=1)

TITLES = {
    State.DECLINED: "Not this time",
    State.EXPIRED: "No answer in time",
    State.CANCELLED: "Cancelled",
    State.FAILED: "The call did not connect",
    State.ENDED: "Your call is over",
}
DECLINED_BECAUSE = {
    "busy": "{consultant} is in the middle of something else right now.",
    "not_my_subject": "{consultant} says this is not their subject and somebody else will help you better.",
    "needs_longer": "{consultant} thinks this needs longer than a quarter of an hour.",
    "other": "{consultant} cannot take this one.",
}
ABSENT = {
    EndReason.CLIENT_ABSENT: "{client} did not reach the room.",
    EndReason.CONSULTANT_ABSENT: "{consultant} did not reach the room.",
    EndReason.BOTH_ABSENT: "Neither of you reached the room.",
    EndReason.NO_MEDIA: "Both of you were there, but no path between your networks could be found. "
    "Next time, Continue in text works without one.",
}
# of somebody who did come into it, but not for long enough
WENT = {
    EndReason.CLIENT_ABSENT: "{client} did not stay in the room.",
    EndReason.CONSULTANT_ABSENT: "{consultant} did not stay in the room.",
    EndReason.BOTH_ABSENT: "Neither of you stayed in the room.",
}
TOO_LATE = {
    EndReason.CLIENT_ABSENT: "{client} came into the room too late.",
    EndReason.CONSULTANT_ABSENT: "{consultant} came into the room too late.",
}
HOW_IT_ENDED = {
    EndReason.CLIENT_ENDED: "{client} ended the call.",
    EndReason.CONSULTANT_ENDED: "{consultant} ended the call.",
    EndReason.CLIENT_LEFT: "{client} left and did not return.",
    EndReason.CONSULTANT_LEFT: "{consultant} left and did not return.",
    EndReason.CLIENT_LOST: "{client} lost connection and did not return.",
    EndReason.CONSULTANT_LOST: "{consultant} lost connection and did not return.",
    EndReason.BOTH_LOST: "Both connections were lost.",
    EndReason.NO_PATH: "The two of you lost contact and did not find it again.",
    EndReason.SERVER_LOST: "Our server was away.",
    EndReason.STAFF_ENDED: "Our staff ended the call.",
    EndReason.TIME_UP: "The bought time was used.",
}
PAUSED_BY = {
    EndReason.CLIENT_LEFT: "{client} had left",
    EndReason.CONSULTANT_LEFT: "{consultant} had left",
    EndReason.CLIENT_LOST: "{client} had lost connection",
    EndReason.CONSULTANT_LOST: "{consultant} had lost connection",
    EndReason.BOTH_LOST: "both connections were lost",
    EndReason.NO_PATH: "the two of you had lost contact",
    EndReason.SERVER_LOST: "our server was away",
}


@dataclass(frozen=True)
class Stretch:
    """A piece of the bar: joint time, or (`why` not empty) an interruption."""

    x: float
    width: float
    seconds: int
    starts: str
    why: str


@dataclass(frozen=True)
class Receipt:
    """One consultation as one of its people reads it afterwards."""

    consultation: Consultation
    role: str

    @property
    def title(self) -> str:
        return TITLES[State(self.consultation.state)]

    @property
    def _names(self) -> dict[str, str]:
        talk = self.consultation
        names = {"client": talk.client.first_name, "consultant": talk.consultant.first_name}
        return {**names, self.role: "You"}

    @property
    def talked(self) -> bool:
        """Whether there was any joint time to account for."""
        return self.consultation.state == State.ENDED

    @property
    def what_happened(self) -> str:
        """One kind line: who ended it, or why it never began."""
        talk = self.consultation
        if talk.state == State.ENDED:
            return self._said(HOW_IT_ENDED.get(EndReason(talk.end_reason), ""))
        if talk.state == State.DECLINED and self.role == CONSULTANT:
            return "You declined this request."
        if talk.state == State.DECLINED:
            return self._said(DECLINED_BECAUSE.get(talk.decline_reason, DECLINED_BECAUSE["other"]))
        if talk.state == State.FAILED:
            return self._said(self._why_not_connected(EndReason(talk.end_reason)))
        if talk.state == State.EXPIRED:
            return self._said("{consultant} did not answer within the time.") + self._set_away
        return "The call was cancelled before it began."

    def _why_not_connected(self, reason: EndReason) -> str:
        talk = self.consultation
        absent = reason.value.removesuffix("_absent")
        if absent in talk.came_at:
            return (TOO_LATE if talk.stayed(absent) else WENT)[reason]
        if reason == EndReason.BOTH_ABSENT and talk.came_at:
            return WENT[reason]
        return ABSENT.get(reason, ABSENT[EndReason.NO_MEDIA])

    @property
    def _set_away(self) -> str:
        if not self.consultation.events.filter(kind=SET_AWAY).exists():
            return ""
        if self.role == CONSULTANT:
            return " You were set to away; your desk says how you come back."
        return self._said(" {consultant} was set to away.")

    @property
    def rule(self) -> str:
        """Which rule made the bill, in plain words."""
        return rule_of(consultation=self.consultation, role=self.role)

    @property
    def in_text(self) -> bool:
        """They agreed to write, and did."""
        return self.talked and self.consultation.in_text

    @property
    def extensions(self) -> list[Extension]:
        """What both agreed on in addition, in order."""
        return list(self.consultation.extensions.filter(agreed_at__isnull=False))

    @property
    def stretches(self) -> list[Stretch]:
        """The bar from the first joint second to the end, in order."""
        pieces = self._pieces(list(self.consultation.intervals.all()))
        if not pieces:
            return []
        began, until = pieces[0][0], pieces[-1][1]
        scale = BAR_WIDTH / max((until - began).total_seconds(), 1.0)
        return [self._stretch(piece, began, scale) for piece in pieces]

    def _pieces(self, rows: list[Interval]) -> list[tuple[datetime, datetime, str]]:
        pieces: list[tuple[datetime, datetime, str]] = []
        went_on = [*(row.started_at for row in rows[1:]), None]
        for row, again in zip(rows, went_on, strict=True):
            stopped = row.ended_at or row.started_at
            pieces.append((row.started_at, stopped, ""))
            until = again or self._stood_still_until(row, stopped)
            if until is not None:
                pieces.append((stopped, until, row.closed_by))
        return pieces

    def _stood_still_until(self, last: Interval, stopped: datetime) -> datetime | None:
        """The end of the call, if it came while the clock stood still; nobody reads of less than a second."""
        over = self.consultation.ended_at
        return over if over and last.closed_by in PAUSED_BY and over - stopped >= SECOND else None

    def _stretch(self, piece: tuple[datetime, datetime, str], began: datetime, scale: float) -> Stretch:
        start, stop, closed_by = piece
        why = self._paused(closed_by) if closed_by else ""
        offset, length = (start - began).total_seconds(), (stop - start).total_seconds()
        return Stretch(
            round(offset * scale, 2), round(length * scale, 2), int(length), minutes(int(offset)), why
        )

    def _paused(self, closed_by: str) -> str:
        known = closed_by in EndReason.values and PAUSED_BY.get(EndReason(closed_by))
        return (known or "the connection was lost").format(**{**self._names, self.role: "you"})

    def _said(self, words: str) -> str:
        return words.format(**self._names)


def receipt_of(*, consultation: Consultation, role: str) -> Receipt:
    """The receipt for the client or the consultant of a finished consultation."""
    return Receipt(consultation, role)
