"""The receipt of a finished consultation for each of the two people: how it ended, and why it costs that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from marketplace.core.words import minutes
from sessions_app.models import Consultation, Extension, Interval
from sessions_app.receipts.rule_words import (
    ABSENT,
    CANCELLED,
    DECLINED_BECAUSE,
    DECLINED_BY_YOU,
    HOW_IT_ENDED,
    NO_PATH_FOUND,
    PAUSED,
    PAUSED_BY,
    SET_AWAY_TOO,
    TOO_LATE,
    UNANSWERED,
    WENT,
    Words,
    rule_of,
    sentence_for,
)
from sessions_app.states import SET_AWAY, EndReason, State

BAR_WIDTH = 600  # units of the drawing
SECOND = timedelta(seconds=1)

TITLES = {
    State.DECLINED: _("Not this time"),
    State.EXPIRED: _("No answer in time"),
    State.CANCELLED: _("Cancelled"),
    State.FAILED: _("The call did not connect"),
    State.ENDED: _("Your call is over"),
}


@dataclass(frozen=True)
class Stretch:
    """A piece of the bar: joint time, or an interruption with its reason in `why`."""

    x: float
    width: float
    seconds: int
    starts: str
    why: str


@dataclass(frozen=True)
class Receipt:
    """A finished consultation as one of the two people reads it."""

    consultation: Consultation
    role: str

    @property
    def title(self) -> str:
        return str(TITLES[State(self.consultation.state)])

    @property
    def talked(self) -> bool:
        """Whether there was any joint time to account for."""
        return self.consultation.state == State.ENDED

    @property
    def what_happened(self) -> str:
        """One kind sentence: who ended the call, or why it never began."""
        return self._said(self._how_it_went())

    def _how_it_went(self) -> Words:
        talk = self.consultation
        if talk.state == State.ENDED:
            return HOW_IT_ENDED.get(EndReason(talk.end_reason), ("", ""))
        if talk.state == State.DECLINED:
            because = DECLINED_BECAUSE.get(talk.decline_reason, DECLINED_BECAUSE["other"])
            return because, DECLINED_BY_YOU
        if talk.state == State.FAILED:
            return self._why_not_connected(EndReason(talk.end_reason))
        if talk.state == State.EXPIRED:
            set_away = talk.events.filter(kind=SET_AWAY).exists()
            return SET_AWAY_TOO if set_away else UNANSWERED
        return CANCELLED, CANCELLED

    def _why_not_connected(self, reason: EndReason) -> Words:
        talk = self.consultation
        absent = reason.value.removesuffix("_absent")
        if absent in talk.came_at:
            return (TOO_LATE if talk.stayed(absent) else WENT)[reason]
        if reason == EndReason.BOTH_ABSENT and talk.came_at:
            return WENT[reason]
        return ABSENT.get(reason, (NO_PATH_FOUND, NO_PATH_FOUND))

    @property
    def rule(self) -> str:
        """The rule that made the bill, as a sentence."""
        return rule_of(consultation=self.consultation, role=self.role)

    @property
    def in_text(self) -> bool:
        """Whether the two agreed to write instead of talking, and did."""
        return self.talked and self.consultation.in_text

    @property
    def extensions(self) -> list[Extension]:
        """The extensions that both agreed to, in order."""
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
        """The end of the call if the clock was stopped then; less than a second is not worth a line."""
        over = self.consultation.ended_at
        return over if over and last.closed_by in PAUSED_BY and over - stopped >= SECOND else None

    def _stretch(self, piece: tuple[datetime, datetime, str], began: datetime, scale: float) -> Stretch:
        start, stop, closed_by = piece
        offset, length = (start - began).total_seconds(), (stop - start).total_seconds()
        at, seconds = minutes(int(offset)), int(length)
        why = self._paused(closed_by, at=at, length=minutes(seconds)) if closed_by else ""
        return Stretch(round(offset * scale, 2), round(length * scale, 2), seconds, at, why)

    def _paused(self, closed_by: str, *, at: str, length: str) -> str:
        words = PAUSED_BY.get(EndReason(closed_by)) if closed_by in EndReason.values else None
        return self._said(words or PAUSED, at=at, length=length)

    def _said(self, words: Words, **more: str) -> str:
        return sentence_for(words=words, consultation=self.consultation, role=self.role, **more)


def receipt_of(*, consultation: Consultation, role: str) -> Receipt:
    """The receipt for the client or the consultant of a finished consultation."""
    return Receipt(consultation, role)
