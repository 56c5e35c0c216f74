"""What most tests of a room begin with."""

from collections.abc import Callable

import pytest

from accounts.models import User
from marketplace.time import now
from sessions_app.models import Consultation
from sessions_app.tests.stage import accepted


@pytest.fixture
def call(clara: User, conrad: User, fund: Callable[..., None]) -> Consultation:
    """An accepted request of clara's; both may come into the room."""
    fund(clara, 5000)
    return accepted(clara, conrad, at=now())
