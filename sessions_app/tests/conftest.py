"""What most tests of a room begin with."""

from collections.abc import Callable

import pytest

from accounts.models import User
from marketplace.core import valkey
from marketplace.core.time import now
from sessions_app.models import Consultation
from sessions_app.room import consumer
from sessions_app.room.consumer import RoomConsumer
from sessions_app.tests.room.room_pages import FEW
from sessions_app.tests.stage import accepted
from tests.support.sockets import PATIENCE


@pytest.fixture
def call(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """An accepted request of clara's; both may come into the room."""
    fund(clara, 5000)
    return accepted(clara, conrad, at=now())


@pytest.fixture
def patient_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that joins late, or a Valkey that answers late, is a busy machine's matter and no loss."""
    monkeypatch.setattr(consumer, "JOIN_SECONDS", PATIENCE)
    monkeypatch.setattr(valkey, "PATIENCE_SECONDS", PATIENCE)


@pytest.fixture
def few_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room's socket takes FEW frames in all, however slow the machine is: a flood is then a few dozen."""
    monkeypatch.setattr(RoomConsumer, "burst", FEW)
    monkeypatch.setattr(RoomConsumer, "rate", 0)
