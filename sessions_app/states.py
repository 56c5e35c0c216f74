"""The states of a consultation: one table, in one place (`MOVES`)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    RINGING = "ringing", _("ringing")
    ACCEPTED = "accepted", _("accepted")
    LIVE = "live", _("live")
    INTERRUPTED = "interrupted", _("interrupted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")
    ENDED = "ended", _("ended")


class EndReason(TextChoices):
    NONE = "", _("not ended")
    CLIENT_ENDED = "client_ended", _("the client ended it")
    CONSULTANT_ENDED = "consultant_ended", _("the consultant ended it")
    CLIENT_LEFT = "client_left", _("the client left and did not return")
    CONSULTANT_LEFT = "consultant_left", _("the consultant left and did not return")
    CLIENT_LOST = "client_lost", _("the client's connection was lost")
    CONSULTANT_LOST = "consultant_lost", _("the consultant's connection was lost")
    BOTH_LOST = "both_lost", _("both connections were lost")
    NO_PATH = "no_path", _("both pages answered, but the two had lost contact")
    SERVER_LOST = "server_lost", _("our server was down")
    STAFF_ENDED = "staff_ended", _("our staff ended it")
    TIME_UP = "time_up", _("the time was up")
    CLIENT_ABSENT = "client_absent", _("the client did not come")
    CONSULTANT_ABSENT = "consultant_absent", _("the consultant did not come")
    BOTH_ABSENT = "both_absent", _("no one came")
    NO_MEDIA = "no_media", _("no path between the two could be found")


SET_AWAY = "set_away"  # the event of a delivered request that was not answered and set the consultant to Away

# The states that may follow each state. Every move is a guarded UPDATE ... WHERE state = <from>
MOVES: dict[State, frozenset[State]] = {
    State.RINGING: frozenset({State.ACCEPTED, State.DECLINED, State.EXPIRED, State.CANCELLED}),
    State.ACCEPTED: frozenset({State.LIVE, State.FAILED, State.CANCELLED}),
    State.LIVE: frozenset({State.INTERRUPTED, State.ENDED}),
    State.INTERRUPTED: frozenset({State.LIVE, State.ENDED}),
    State.DECLINED: frozenset(),
    State.EXPIRED: frozenset(),
    State.CANCELLED: frozenset(),
    State.FAILED: frozenset(),
    State.ENDED: frozenset(),
}

FINAL = frozenset(state for state, following in MOVES.items() if not following)
OPEN = frozenset(MOVES) - FINAL
IN_ROOM = frozenset({State.ACCEPTED, State.LIVE, State.INTERRUPTED})
