"""The states of a consultation: one table, in one place (`MOVES`)."""

from django.db.models import TextChoices


class State(TextChoices):
    RINGING = "ringing", "ringing"
    ACCEPTED = "accepted", "accepted"
    LIVE = "live", "live"
    INTERRUPTED = "interrupted", "interrupted"
    DECLINED = "declined", "declined"
    EXPIRED = "expired", "expired"
    CANCELLED = "cancelled", "cancelled"
    FAILED = "failed", "failed"
    ENDED = "ended", "ended"


class EndReason(TextChoices):
    NONE = "", "not ended"
    CLIENT_ENDED = "client_ended", "the client ended it"
    CONSULTANT_ENDED = "consultant_ended", "the consultant ended it"
    CLIENT_LEFT = "client_left", "the client left and did not return"
    CONSULTANT_LEFT = "consultant_left", "the consultant left and did not return"
    CLIENT_LOST = "client_lost", "the client's connection was lost"
    CONSULTANT_LOST = "consultant_lost", "the consultant's connection was lost"
    BOTH_LOST = "both_lost", "both connections were lost"
    NO_PATH = "no_path", "both pages answered, but the two had lost contact"
    SERVER_LOST = "server_lost", "our server was away"
    STAFF_ENDED = "staff_ended", "our staff ended it"
    TIME_UP = "time_up", "the bought time was used"
    CLIENT_ABSENT = "client_absent", "the client did not come"
    CONSULTANT_ABSENT = "consultant_absent", "the consultant did not come"
    BOTH_ABSENT = "both_absent", "nobody came"
    NO_MEDIA = "no_media", "no path between the two could be found"


SET_AWAY = "set_away"  # the event of a ring that was delivered, not answered, and set the consultant away

# who may follow whom; every move is a guarded UPDATE ... WHERE state = <from>
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
