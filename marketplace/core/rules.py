"""Every duration and limit of the product, each with one home.

`QUARTER_<NAME>` in the environment overrides a number; a value outside its bounds is refused at
start, except under `QUARTER_TEST_RULES=1` (journeys that run with short durations).
Seconds unless the name says otherwise; money in hundredths of a credit.
"""

import os

from django.core.exceptions import ImproperlyConfigured

PRICE_SECONDS = 900  # a price is for a quarter of an hour: a constant, not a setting


def _number(name: str, default: int, low: int, high: int) -> int:
    raw = os.environ.get(f"QUARTER_{name}")
    if raw is None:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"QUARTER_{name}={raw!r} is not a whole number.") from None
    testing = os.environ.get("QUARTER_TEST_RULES") == "1"
    if not testing and not low <= value <= high:
        raise ImproperlyConfigured(f"QUARTER_{name}={value} must be between {low} and {high}.")
    return value


# a request
RING_SECONDS = _number("RING_SECONDS", 60, 30, 120)
TOPIC_MAX_LENGTH = _number("TOPIC_MAX_LENGTH", 280, 40, 1000)
RING_LINE_MAX_LENGTH = 140  # also the column's max_length
SNIPPET_MAX_LENGTH = _number("SNIPPET_MAX_LENGTH", 20_000, 100, 100_000)
REQUESTS_PER_10_MINUTES = _number("REQUESTS_PER_10_MINUTES", 6, 1, 1000)
REQUESTS_PER_DAY = _number("REQUESTS_PER_DAY", 20, 1, 10_000)
DRAFT_MAX_BYTES = _number("DRAFT_MAX_BYTES", 20_000, 1000, 1_000_000)  # all drafts of one browser together
DRAFTS_PER_HOUR = _number("DRAFTS_PER_HOUR", 60, 1, 10_000)  # per network, without an account
DRAFT_DAYS = _number("DRAFT_DAYS", 2, 1, 30)

# a consultation
CONNECT_SECONDS = _number("CONNECT_SECONDS", 120, 30, 600)
BOUGHT_SECONDS = _number("BOUGHT_SECONDS", 900, 60, 3600)
RETURN_SECONDS = _number("RETURN_SECONDS", 90, 10, 600)
INTERRUPTED_TOTAL_SECONDS = _number("INTERRUPTED_TOTAL_SECONDS", 180, 10, 1800)
FEE_BPS = _number("FEE_BPS", 2000, 0, 10_000)
FREE_BELOW_SECONDS = _number("FREE_BELOW_SECONDS", 60, 0, 900)
MINIMUM_BILL_SECONDS = _number("MINIMUM_BILL_SECONDS", 180, 0, 900)
CLIENT_LOST_FREE_DAYS = _number("CLIENT_LOST_FREE_DAYS", 7, 0, 365)

# the phases of a quarter of an hour
SIGN_EARLY_SECONDS = _number("SIGN_EARLY_SECONDS", 180, 30, 900)
SIGN_LATE_SECONDS = _number("SIGN_LATE_SECONDS", 60, 10, 300)
EXTEND_FROM_SECONDS = _number("EXTEND_FROM_SECONDS", 60, 10, 300)
EXTENSION_SECONDS = _number("EXTENSION_SECONDS", 300, 60, 900)
EXTENSIONS_MAX = _number("EXTENSIONS_MAX", 3, 0, 12)
GOODBYE_SECONDS = _number("GOODBYE_SECONDS", 30, 0, 300)

# messages and files in the room
MESSAGE_MAX_LENGTH = _number("MESSAGE_MAX_LENGTH", 4000, 100, 10_000)
MESSAGES_PER_10_SECONDS = _number("MESSAGES_PER_10_SECONDS", 20, 1, 1000)
FILE_MAX_BYTES = _number("FILE_MAX_BYTES", 5_000_000, 10_000, 50_000_000)
BODY_MAX_BYTES = FILE_MAX_BYTES + 1_000_000  # of any request: the largest file and its form
FILE_MAX_PIXELS = _number("FILE_MAX_PIXELS", 50_000_000, 1_000_000, 100_000_000)  # JPEG, decoded reduced
FILE_MAX_PIXELS_IN_TURNS = _number(
    "FILE_MAX_PIXELS_IN_TURNS", 25_000_000, 1_000_000, 50_000_000
)  # progressive
FILE_MAX_PIXELS_WHOLE = _number("FILE_MAX_PIXELS_WHOLE", 4096**2, 1_000_000, 50_000_000)  # PNG, WebP, GIF
FILES_PER_CONSULTATION = _number("FILES_PER_CONSULTATION", 20, 1, 1000)
FILES_MAX_BYTES = _number("FILES_MAX_BYTES", 25_000_000, 10_000, 1_000_000_000)  # of one consultation

# a connection
REQUEST_SILENT_SECONDS = _number("REQUEST_SILENT_SECONDS", 20, 5, 300)  # after an incomplete request

# the witness
BEAT_SECONDS = _number("BEAT_SECONDS", 2, 1, 5)
SILENT_SECONDS = _number("SILENT_SECONDS", 6, 3, 20)
CLOCK_GRACE_SECONDS = _number("CLOCK_GRACE_SECONDS", 15, 5, 60)
OUTAGE_JOINT_SECONDS = _number("OUTAGE_JOINT_SECONDS", 10, 0, 60)

# availability
SWITCH_MAX_SECONDS = _number("SWITCH_MAX_SECONDS", 12 * 3600, 600, 24 * 3600)
SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS = _number("SWITCH_OFF_AFTER_LAST_SOCKET_SECONDS", 600, 60, 3600)
PAUSE_SHORT_SECONDS = _number("PAUSE_SHORT_SECONDS", 600, 60, 3600)
PAUSE_LONG_SECONDS = _number("PAUSE_LONG_SECONDS", 1200, 60, 7200)
MISSES_TO_SWITCH_OFF = _number("MISSES_TO_SWITCH_OFF", 2, 2, 10)  # requests missed in a row
MISSES_TO_KEEP_OFF = _number("MISSES_TO_KEEP_OFF", 3, 2, 20)
KEPT_OFF_SECONDS = _number("KEPT_OFF_SECONDS", 1800, 60, 86_400)
ANSWERS_LAST = _number("ANSWERS_LAST", 50, 5, 500)  # the requests behind "took 47 of the last 50"
ANSWERS_SHOWN_FROM = _number("ANSWERS_SHOWN_FROM", 5, 1, 50)  # fewer answers are not representative
LEASE_SECONDS = _number("LEASE_SECONDS", 10, 5, 60)
LEASE_BEAT_SECONDS = _number("LEASE_BEAT_SECONDS", 3, 1, 20)
POLL_LEASE_SECONDS = _number("POLL_LEASE_SECONDS", 20, 16, 60)  # pages poll every 10 to 15 s
LEAVE_GRACE_SECONDS = _number("LEAVE_GRACE_SECONDS", 8, 1, 60)
RESTART_GRACE_SECONDS = _number("RESTART_GRACE_SECONDS", 30, 1, 60)  # to stop, start and reconnect

# a person
EMAIL_CODE_SECONDS = _number("EMAIL_CODE_SECONDS", 900, 60, 3600)
EMAIL_CODE_RESEND_SECONDS = _number("EMAIL_CODE_RESEND_SECONDS", 60, 10, 600)
EMAIL_CODES_PER_DAY = _number("EMAIL_CODES_PER_DAY", 20, 1, 1000)
EMAIL_CODE_TRIES = _number("EMAIL_CODE_TRIES", 5, 1, 10)

# signing in and up; a network is an IPv4 address or an IPv6 /64
SIGN_IN_TRIES = _number("SIGN_IN_TRIES", 5, 3, 50)  # failed ones, per account or per known browser
SIGN_IN_TRIES_OF_NETWORK = _number("SIGN_IN_TRIES_OF_NETWORK", 30, 5, 10_000)
SIGN_IN_TRIES_SECONDS = _number("SIGN_IN_TRIES_SECONDS", 900, 60, 86_400)
SIGN_INS_PER_MINUTE = _number("SIGN_INS_PER_MINUTE", 60, 5, 10_000)  # forms per network, successful ones too
SIGN_UPS_PER_HOUR = _number("SIGN_UPS_PER_HOUR", 40, 5, 10_000)  # forms per network, refused ones too
RESETS_PER_HOUR = _number("RESETS_PER_HOUR", 5, 1, 1000)  # mails per address
RESETS_OF_NETWORK_PER_HOUR = _number("RESETS_OF_NETWORK_PER_HOUR", 30, 5, 10_000)
RESET_SECONDS = _number("RESET_SECONDS", 3600, 600, 86_400)  # validity of a mailed password link
WAY_BACK_SECONDS = _number("WAY_BACK_SECONDS", 7 * 86_400, 86_400, 30 * 86_400)  # to restore an address
KNOWN_BROWSER_DAYS = _number("KNOWN_BROWSER_DAYS", 180, 1, 400)

# a profile
PRICE_MIN = _number("PRICE_MIN", 500, 100, 100_000)
PRICE_MAX = _number("PRICE_MAX", 20_000, 500, 1_000_000)
SKILLS_MAX = _number("SKILLS_MAX", 8, 1, 50)
DIRECTORY_PAGE = _number("DIRECTORY_PAGE", 24, 6, 96)

# credits
TOP_UP_MIN = _number("TOP_UP_MIN", 500, 100, 100_000)
TOP_UP_MAX = _number("TOP_UP_MAX", 50_000, 500, 10_000_000)
TOP_UPS_PER_HOUR = _number("TOP_UPS_PER_HOUR", 5, 1, 1000)
DISPUTE_HOURS = _number("DISPUTE_HOURS", 72, 1, 720)
ADJUST_ALONE_MAX = _number("ADJUST_ALONE_MAX", 5000, 0, 10_000_000)  # `prepare` writes it to the database
TRANSIT_HOURS = _number("TRANSIT_HOURS", 72, 1, 720)  # staff must look at a payout in transit for longer
LEDGER_CHECK_SECONDS = _number("LEDGER_CHECK_SECONDS", 3600, 60, 86_400)
