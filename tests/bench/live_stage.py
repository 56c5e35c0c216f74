"""What the bench does to the database, in a process with Django; times are this machine's monotonic ones.

JSON lines; what is not here is a scene of tests/support/scenes.py.
"""

import asyncio
import os
import threading
import time
import uuid
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402
import redis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.availability.switch import set_switch  # noqa: E402
from accounts.models import ConsultantProfile, User  # noqa: E402
from marketplace.live import frames, publish, registry  # noqa: E402
from sessions_app.requests import place as requests  # noqa: E402
from tests.bench.live_helpers import answer_lines  # noqa: E402
from tests.support import scenes  # noqa: E402

loop = asyncio.new_event_loop()
bare = redis.Redis.from_url(settings.REDIS_URL)
plain = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


class FirstUpdate:
    """When the first UPDATE is sent: that is when the switch is turned in PostgreSQL."""

    at = 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not self.at and str(sql).startswith("UPDATE"):
            self.at = time.monotonic()
        return execute(sql, params, many, context)


def toggle(user: int) -> dict[str, Any]:
    """The switch, by the service that its form calls."""
    person = User.objects.select_related("profile").get(pk=user)
    update = FirstUpdate()
    with connection.execute_wrapper(update):
        profile = set_switch(user=person, on=not person.profile.accepting)
    return {"began": update.at, "version": profile.presence_version}


def toggle_by_group(user: int) -> dict[str, Any]:
    """The same switch, told through `group_send`: rendered once, here."""
    turned = toggle(user)
    pieces = [
        frames.Pieces(news) for news in registry.render([registry.Wanted(f"c:{user}", None, "en")]).values()
    ]
    (text,) = frames.changed(pieces)
    message = {"type": "bench.news", "text": text}
    asyncio.run_coroutine_threadsafe(publish.bell("bench", message), loop).result(5)
    return turned


def toggle_bare(user: int, text: str, version: int) -> dict[str, Any]:
    """One UPDATE by psycopg, and these bytes to whoever subscribed."""
    began = time.monotonic()
    plain.execute(
        "UPDATE accounts_consultantprofile SET accepting = NOT accepting WHERE user_id = %s", [user]
    )
    bare.publish("floor", text)
    return {"began": began, "version": version}


def ring(client: int, consultant: int) -> dict[str, Any]:
    """A request, from before the service is called; `id` is cancelled by `hush`."""
    asks = User.objects.get(pk=client)
    profile = ConsultantProfile.objects.select_related("user").get(user_id=consultant)
    question = requests.asked(topic="How long does this take?")
    began = time.monotonic()
    made = requests.place_request(client=asks, profile=profile, question=question, request_key=uuid.uuid4())
    return {"began": began, "id": str(made.pk)}


def hush(client: int, id: str) -> None:
    requests.cancel(consultation_id=uuid.UUID(id), user=User.objects.get(pk=client))


def switch_on(user: int) -> None:
    set_switch(user=User.objects.get(pk=user), on=True)


def main() -> None:
    threading.Thread(target=loop.run_forever, daemon=True).start()
    answer_lines(lambda name: globals()[name] if name in globals() else getattr(scenes, name))


if __name__ == "__main__":
    main()
