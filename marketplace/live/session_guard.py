"""A socket lives no longer than the sign-in it was opened with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import DatabaseError
from django.utils.crypto import constant_time_compare

from marketplace.live import publish
from marketplace.live.hub import hub
from marketplace.live.wire import Telling

log = logging.getLogger(__name__)

Close = Callable[[], Awaitable[None]]


def look_at_sign_ins(user_id: int) -> None:
    """Have every socket of this person asked whether its session still stands, in all processes.

    For whatever ended sessions, afterwards: a sign-out, a new password, a block.
    """
    publish.after_commit(_topic(user_id))


def open_door(scope: Mapping[str, Any], close: Close) -> "Door | None":
    """Watch over the session of this handshake; a visitor has none that could end."""
    session, user = scope.get("session"), scope["user"]
    if session is None or not user.is_authenticated:
        return None
    return Door(session.session_key, user.pk, close)


class Door:
    """Listens beside a socket for the end of sessions of its person."""

    viewer: int | None = None
    language = "en"  # its topic carries no words

    def __init__(self, session_key: str, user_id: int, close: Close) -> None:
        self._session_key, self._user_id, self._close = session_key, user_id, close
        self._looking: set[asyncio.Task[bool]] = set()
        hub.join(self, [_topic(user_id)])

    def shut(self) -> None:
        """The socket is gone."""
        hub.leave(self, [_topic(self._user_id)])

    async def look(self) -> bool:
        """Whether the session still stands; if not, the socket is closed."""
        try:
            stands: bool = await _in_thread(self._session_key, self._user_id)
        except DatabaseError:
            log.exception("sign-in not looked at")
            return True
        if not stands:
            await self._close()
        return stands

    # --- called by the hub --------------------------------------------------------------------------
    def write(self, telling: Telling) -> bool:
        """Somebody's session ended, perhaps this one; words for the whole process are not for a door."""
        if not telling.texts:
            task = asyncio.create_task(self.look())
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        return True

    async def deliver(self, texts: list[str]) -> None:
        """Nothing comes here: `write` takes all."""

    async def too_slow(self) -> None:
        """Nothing is sent from here."""


def _topic(user_id: int) -> str:
    return f"door:{user_id}"


def signed_in(session_key: str, user_id: int) -> bool:
    """Whether this session is in the database, this person's, and from after their last password."""
    kept = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or kept.get(SESSION_KEY) != str(user_id):
        return False
    valid = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(kept.get(HASH_SESSION_KEY, ""), each) for each in valid)


# A queue of their own: after lost news every socket asks at once, and nothing else may wait behind them.
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="door")
_in_thread = database_sync_to_async(signed_in, thread_sensitive=False, executor=_THREADS)
