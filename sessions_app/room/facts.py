"""The facts of a consultation for a room page: one read, one clock frame, and its sentences."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from marketplace.core import rules
from marketplace.core.time import now
from marketplace.core.words import minutes
from sessions_app.calls.absence import absence, absent_side, end_pressed, is_back
from sessions_app.calls.extensions import price_of_more, spendable
from sessions_app.calls.intervals import joint_time
from sessions_app.calls.settlement import bill_of, billable_at
from sessions_app.errors import ExtensionNeedsCredits, ExtensionNotPossible
from sessions_app.models import CLIENT, CONSULTANT, Consultation, Extension
from sessions_app.states import EndReason, State

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from accounts.models import User

# Why the clock is stopped. {name} is the other person, {at} the joint time as "9:41".
NO_CONTACT = _("You and {name} have no contact. Clock stopped at {at}.")
YOU_LEFT = _("You left the call. Clock stopped at {at}.")
YOU_LOST = _("Your connection was lost. Clock stopped at {at}.")
LOST = _("The connection was lost. Clock stopped at {at}.")
OTHER_LEFT = _("{name} left the call. Clock stopped at {at}.")
OTHER_LOST = _("{name} lost connection. Clock stopped at {at}.")

TOLD = (
    "state",
    "mode",
    "ends_at",
    "return_by",
    "live_by",
    "interrupted_by",
    "client_text_at",
    "consultant_text_at",
    "text_declined_by",
)


@dataclass(frozen=True)
class More:
    """An extension that is not agreed yet: its price, who pressed, how many are left, and why not."""

    number: int
    price: int
    mine: bool
    theirs: bool
    left: int
    why: str

    def frame(self, *, remaining: float) -> dict[str, Any]:
        """The values for the page; `open`: it can be pressed now, `from`: so many seconds before the end."""
        starts = rules.EXTEND_FROM_SECONDS
        known = {**asdict(self), "minutes": rules.EXTENSION_SECONDS // 60, "from": starts}
        return known | {"open": self.left > 0 and 0 < remaining <= starts}


@dataclass(frozen=True)
class RoomFacts:
    """A consultation as one of its two people sees it at one moment."""

    consultation: Consultation
    role: str
    other_name: str
    now: datetime
    witnessed: timedelta

    @property
    def joint(self) -> int:
        """Whole seconds of joint time so far, for display; during a live call they follow the clock."""
        talk = self.consultation
        if talk.state == State.LIVE and talk.ends_at:
            left = max((talk.ends_at - self.now).total_seconds(), 0)
            return max(int(talk.bought_seconds - left), 0)
        if talk.is_final:
            return talk.joint_seconds
        return int(self.witnessed / timedelta(seconds=1))

    @property
    def remaining(self) -> float:
        """The seconds that are left of the bought time."""
        talk = self.consultation
        if talk.state == State.LIVE and talk.ends_at:
            return max((talk.ends_at - self.now).total_seconds(), 0.0)
        return max(talk.bought_seconds - self.witnessed.total_seconds(), 0.0)

    @property
    def cost(self) -> int:
        """What the client would pay, or the consultant would get, if the client ended the call now.

        During an interruption: if this person ended it, which takes the reason of the other's absence.
        """
        talk = self.consultation
        if talk.is_final:
            return talk.bill if self.role == CLIENT else talk.payout
        reason = EndReason.CLIENT_ENDED
        if talk.state == State.INTERRUPTED:
            reason = end_pressed(consultation=talk, role=self.role, at=self.now)
        billable = billable_at(consultation=talk, joint=self.joint, reason=reason, at=self.now)
        bill, fee = bill_of(consultation=talk, billable=billable)
        return bill if self.role == CLIENT else bill - fee

    @property
    def in_goodbye(self) -> bool:
        """Whether the call is over and settled, and the page stays open for a goodbye."""
        return self.consultation.in_goodbye(self.now)

    @property
    def more(self) -> "More | None":
        """The next extension, which this person may press in the last minute; None once the call is over."""
        talk = self.consultation
        if talk.state not in (State.LIVE, State.INTERRUPTED):
            return None
        rows = list(talk.extensions.all())
        agreed = sum(1 for row in rows if row.agreed_at)
        pending = next((row for row in rows if row.agreed_at is None), None)
        price = pending.amount if pending else price_of_more(consultation=talk)
        return More(
            number=agreed + 1,
            price=price,
            mine=bool(pending and pending.pressed_by(self.role)),
            theirs=bool(pending and pending.pressed_by(self.other_role)),
            left=max(rules.EXTENSIONS_MAX - agreed, 0),
            why=self._why_not(pending, price),
        )

    def _why_not(self, pending: Extension | None, price: int) -> str:
        """The client learns how many credits are missing; the consultant only that it did not work."""
        if self.role == CLIENT:
            missing = price - spendable(consultation=self.consultation)
            return ExtensionNeedsCredits(missing=missing).message if missing > 0 else ""
        refused = pending and pending.refused_at and pending.pressed_by(CONSULTANT)
        return ExtensionNotPossible().message if refused else ""

    @property
    def other_role(self) -> str:
        return CONSULTANT if self.role == CLIENT else CLIENT

    @property
    def text(self) -> dict[str, bool]:
        """Which side pressed *Continue in text*; `no`: the other side answered "not now"."""
        talk = self.consultation
        return {
            "mine": bool(getattr(talk, f"{self.role}_text_at")),
            "theirs": bool(getattr(talk, f"{self.other_role}_text_at")),
            "no": talk.text_declined_by == self.other_role,
        }

    @property
    def left_by_me(self) -> bool:
        """Whether this person pressed *Leave* and has not come back."""
        talk = self.consultation
        return talk.state == State.INTERRUPTED and talk.interrupted_by == f"{self.role}_left"

    @property
    def seconds_to_return(self) -> int:
        """How many seconds the other side still waits for the absent one; 0 if no one waits."""
        by = self.consultation.return_by
        return max(ceil((by - self.now).total_seconds()), 0) if by else 0

    @property
    def note(self) -> str:
        """Why the clock is stopped, in one line; empty while it runs or before it has begun."""
        if self.consultation.state != State.INTERRUPTED:
            return ""
        return str(self._why_stopped).format(name=self.other_name, at=minutes(self.joint))

    @property
    def _why_stopped(self) -> "StrOrPromise":
        why = absence(consultation=self.consultation, at=self.now)
        side, _, how = why.partition("_")
        if why == EndReason.NO_PATH or (how == "left" and self._returned):
            return NO_CONTACT
        if side == self.role:
            return YOU_LEFT if how == "left" else YOU_LOST
        if side in ("both", "server"):
            return LOST
        return OTHER_LEFT if how == "left" else OTHER_LOST

    @property
    def _returned(self) -> bool:
        """Whether the page of the absent side answers again, so that only a path is missing."""
        side = absent_side(self.consultation)
        return bool(side) and is_back(self.consultation, side, self.now)


def room_facts(*, consultation_id: uuid.UUID, user: "User") -> RoomFacts | None:
    """The facts of this consultation for this person; None for a stranger."""
    consultation = Consultation.objects.of(user).with_people().filter(pk=consultation_id).first()
    return facts_of(consultation=consultation, user=user, now=now()) if consultation else None


def facts_of(*, consultation: Consultation, user: "User", now: datetime) -> RoomFacts:
    """The same for a consultation that is already loaded."""
    return RoomFacts(
        consultation=consultation,
        role=consultation.role_of(user),
        other_name=consultation.other(user).first_name,
        now=now,
        witnessed=joint_time(consultation),
    )


def has_moved(*, since: Consultation) -> bool:
    """Whether the row differs from this copy in anything that a page acts on.

    During an interruption the answer is always yes: each heartbeat may change who is missing, and no column
    shows that.
    """
    if since.state == State.INTERRUPTED:
        return True
    rows = Consultation.objects.filter(pk=since.pk).values_list(*TOLD)
    return rows.first() != tuple(getattr(since, column) for column in TOLD)


def clock_frame(facts: RoomFacts) -> dict[str, Any]:
    """The time and the money that the page shows, in milliseconds and hundredths of a credit."""
    talk, more = facts.consultation, facts.more
    return {
        "t": "clock",
        "state": talk.state,
        "now": _ms(facts.now),
        "ends": _ms(talk.ends_at) if talk.state == State.LIVE else None,
        "remaining": round(facts.remaining, 3),
        "joint": facts.joint,
        "cost": facts.cost,
        "return_by": _ms(talk.return_by) if talk.state == State.INTERRUPTED else None,
        "live_by": _ms(talk.live_by) if talk.state == State.ACCEPTED else None,
        "note": facts.note,
        "mode": talk.mode,
        "bought": talk.bought_seconds,
        "held": talk.held,
        "closes": _ms(talk.closes_at) if facts.in_goodbye else None,
        "extend": more.frame(remaining=facts.remaining) if more else None,
        "text": facts.text,
    }


def _ms(at: datetime | None) -> int | None:
    return int(at.timestamp() * 1000) if at else None
