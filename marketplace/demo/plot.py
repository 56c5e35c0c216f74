"""Plays one consultation of the story by calling the services at the moments when people would have."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from marketplace.core import rules
from marketplace.core.time import now, travel
from marketplace.demo import accounts as doors
from marketplace.demo.books import Talk
from sessions_app.calls import attendance, deadlines, joint_time
from sessions_app.calls.beats import Beat
from sessions_app.chat import services as chat
from sessions_app.models import CLIENT, CONSULTANT, Consultation
from sessions_app.requests import place as requests

PAGES = {CLIENT: "c11e0001", CONSULTANT: "c0de0001"}
RETURNED = {CLIENT: "c11e0002", CONSULTANT: "c0de0002"}


@dataclass
class Play:
    """A consultation while it is played: its current time, and the open pages of its two people."""

    talk: Talk
    client: User
    consultant: User
    at: datetime
    key: uuid.UUID
    pages: dict[str, str] = field(default_factory=lambda: dict(PAGES))
    joint: int = 0
    pk: uuid.UUID = field(init=False)

    def perform(self) -> Consultation:
        """Play it from the request to the receipt."""
        self._ring()
        if self.talk.end in UNANSWERED:
            return UNANSWERED[self.talk.end](self)
        self._wait(4 + len(self.talk.topic) % 17)
        self._do(requests.accept, self.consultant)
        return UNCONNECTED[self.talk.end](self) if self.talk.end in UNCONNECTED else self._converse()

    def _ring(self) -> None:
        question = requests.asked(topic=self.talk.topic, link=self.talk.link, snippet=self.talk.snippet)
        with travel(self.at):
            placed = requests.place_request(
                client=self.client, profile=self.consultant.profile, question=question, request_key=self.key
            )
        self.pk = placed.pk
        self._wait(1)
        self._do(requests.mark_delivered, self.consultant)
        self._wait(1)
        self._do(requests.mark_seen, self.consultant)

    def _converse(self) -> Consultation:
        self._wait(2)
        self._do(attendance.enter, self.consultant)
        self._wait(1)
        self._do(attendance.enter, self.client)
        self._wait(2)
        self._beat(CLIENT, CONSULTANT)
        bought = rules.BOUGHT_SECONDS
        until = bought if self.talk.end == "time_up" else min(self.talk.talk, bought - 1)
        if self.talk.pause and self.talk.pause.after < until:
            self._talk_until(self.talk.pause.after)
            self._pause()
        self._talk_until(until)
        return ENDINGS[self.talk.end](self)

    def _pause(self) -> None:
        pause = self.talk.pause
        if pause is None:
            return
        self._go(pause.who, pause.how)
        self._wait(min(pause.away, rules.RETURN_SECONDS // 2))
        self.pages[pause.who] = RETURNED[pause.who]
        self._beat(CLIENT, CONSULTANT)

    def _go(self, who: str, how: str) -> None:
        """One side presses Leave, or stays silent until the deadline loop notices."""
        if how == "left":
            self._do(attendance.leave, self._person(who))
            return
        other = CONSULTANT if who == CLIENT else CLIENT
        self._wait(rules.SILENT_SECONDS)
        self._beat(other)
        self._wait(1)
        self._serve(deadlines.stop_silent)

    def _talk_until(self, joint: int) -> None:
        """Both pages send heartbeats until that many joint seconds are counted."""
        while self.joint < joint:
            step = min(rules.SILENT_SECONDS, joint - self.joint)
            self._wait(step)
            self._beat(CLIENT, CONSULTANT)
            self.joint += step
            self._write(step)

    def _write(self, step: int) -> None:
        """Send the story's messages of the last `step` joint seconds."""
        for line in self.talk.written:
            if self.joint - step < line.after <= self.joint:
                key = uuid.uuid5(self.key, f"{line.who} {line.after}")
                with travel(self.at):
                    chat.say(
                        consultation_id=self.pk, user=self._person(line.who), client_id=key, text=line.text
                    )

    def _beat(self, *roles: str) -> None:
        beats = [Beat(self.pk, role, self.pages[role], age=0, contact=True, unbroken=True) for role in roles]
        with travel(self.at):
            joint_time.record_beats(beats=beats)

    def _wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def _person(self, role: str) -> User:
        return self.client if role == CLIENT else self.consultant

    def _do(self, service: Callable[..., Consultation], user: User, **more: str) -> Consultation:
        with travel(self.at):
            return service(consultation_id=self.pk, user=user, **more)

    def _serve(self, deadline: Callable[..., Consultation]) -> Consultation:
        with travel(self.at):
            return deadline(consultation_id=self.pk)

    # --- endings ---------------------------------------------------------------------------------
    def declined(self) -> Consultation:
        self._wait(11)
        return self._do(requests.decline, self.consultant, reason=self.talk.reason)

    def cancelled(self) -> Consultation:
        self._wait(self.talk.after)
        return self._do(requests.cancel, self.client)

    def expired(self) -> Consultation:
        self._wait(rules.RING_SECONDS)
        over = self._serve(requests.expire)
        doors.open_switches(now=now())  # the consultant who missed it is back for the rest of the story
        return over

    def called_off(self) -> Consultation:
        self._wait(9)
        return self._do(requests.cancel, self.consultant)

    def failed(self) -> Consultation:
        self._wait(2)
        self._do(attendance.enter, self.consultant)
        self._wait(rules.CONNECT_SECONDS)
        return self._serve(deadlines.fail_unconnected)

    def time_up(self) -> Consultation:
        self._wait(1)
        return self._serve(deadlines.finish_bought_time)

    def ended_by(self, role: str) -> Consultation:
        return self._do(attendance.end, self._person(role))

    def gone(self, who: str, how: str) -> Consultation:
        self._go(who, how)
        self._wait(rules.RETURN_SECONDS)
        return self._serve(deadlines.give_up_return)


UNANSWERED: dict[str, Callable[[Play], Consultation]] = {
    "declined": Play.declined,
    "cancelled": Play.cancelled,
    "expired": Play.expired,
}
UNCONNECTED: dict[str, Callable[[Play], Consultation]] = {
    "called_off": Play.called_off,
    "failed": Play.failed,
}
ENDINGS: dict[str, Callable[[Play], Consultation]] = {
    "time_up": Play.time_up,
    "client": partial(Play.ended_by, role=CLIENT),
    "consultant": partial(Play.ended_by, role=CONSULTANT),
    "client_left": partial(Play.gone, who=CLIENT, how="left"),
    "client_lost": partial(Play.gone, who=CLIENT, how="lost"),
    "consultant_lost": partial(Play.gone, who=CONSULTANT, how="lost"),
}
