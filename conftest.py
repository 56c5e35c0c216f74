"""The cast of every test, and what a test run changes about the settings.

pytest needs DATABASE_URL (of a superuser, who may empty the ledger), REDIS_URL and SECRET_KEY; `make test`
brings servers of its own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests.support import cast
from tests.support.flush_guard import install_flush_guard

TEST_DATABASE = "/15"


def pytest_configure(config: pytest.Config) -> None:
    """Plain static files, a fast hasher, mails in memory, and a Valkey database for the tests alone."""
    address = urlsplit(settings.REDIS_URL)._replace(path=TEST_DATABASE).geturl()
    settings.REDIS_URL = address
    settings.CACHES["default"]["LOCATION"] = address
    for host in settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]:
        host["address"] = address
    # More than a race has threads, beside those of ended event loops: their threads are gone and so are their
    # connections, but the pool counts them on. And patience for a machine that takes seconds to open so many.
    settings.DATABASES["default"]["OPTIONS"]["pool"] |= {"max_size": 200, "timeout": 60}
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LOGGING["root"]["level"] = "WARNING"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing one
    install_flush_guard()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys last: Playwright keeps an event loop running, where nothing asynchronous can be tested."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end nobody holds the test database open, such as a worker thread of a socket test."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def valkey() -> Iterator[redis.Redis]:
    """The tests' own database of Valkey."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def _clean_valkey(valkey: redis.Redis) -> None:
    valkey.flushdb()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page in another language leaves it behind in the thread of the test client."""
    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture
def clara(db: None) -> User:
    """The client; her address is confirmed, her wallet is empty (`fund(clara, 5000)`)."""
    return cast.person("clara")


@pytest.fixture
def conrad(db: None) -> User:
    """The consultant: approved, handle `conrad`, 20.00 credits for 15 minutes, switch off."""
    return cast.consultant("conrad")


@pytest.fixture
def stella(db: None) -> User:
    """The stranger: an ordinary account that takes part in nothing."""
    return cast.person("stella")


@pytest.fixture
def ada(db: None) -> User:
    """The admin."""
    return cast.person("ada", is_staff=True, is_superuser=True)


@pytest.fixture
def fund(db: None) -> Callable[..., None]:
    """`fund(user, amount)`: credits in hundredths, through the ledger."""
    return cast.fund


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """`signed_in(user)`: a Django test client with that person's session."""

    def client_of(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return client_of
