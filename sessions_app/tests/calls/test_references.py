"""A line of the wallet says what it was for."""

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.models import User
from sessions_app.tests.stage import ring
from wallet.queries import statement

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_wallet_line_names_the_topic_and_leads_to_the_consultation(
    clara: User, conrad: User, fund: Callable[..., None]
) -> None:
    fund(clara, 5000)
    consultation = ring(clara, conrad, at=NOON, topic="Why does my query hang?")

    what = {line.op: line.what for line in statement(clara.pk).lines}["hold"]

    assert (what.label, what.who) == ("Why does my query hang?", "Conrad")
    assert what.url == consultation.get_absolute_url()
